"""How old what a slow reader reads is, and what the kernel holds for one that never reads: over real sockets."""

import asyncio
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from itertools import product

import msgspec
import pytest
from pytest_django import Settings

from streaming.events import Candle, Event, Interval
from streaming.gateway.sending.outbox import OutboxState
from streaming.gateway.server.serve import bind
from streaming.gateway.server.server import ServerLimits
from streaming.topics.topic import MarketKind, Topic
from tests.gateway.stalled_client import PRICE, TRADES, StalledClient, candle, price, publish, trades
from tests.kernel_sockets import held_bytes
from tests.serving import Serving, serving
from tests.waiting import LIMIT_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)
TICK_BYTES = 2500
"""What the slow reader reads in a tenth of a second: 25 KB a second."""
MAXIMUM_AGE_TICKS = 25
TICKS = 100
KERNEL_BYTES = 64 * 1024
LITTLE_BYTES = 4096
CANDLES = [
    Topic(MarketKind.CANDLE, symbol, interval)
    for symbol, interval in product(("BTCUSDT", "ETHUSDT"), list(Interval)[:12])
]


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[Serving]:
    """A gateway that waits for no longer than half a second for a reader that takes nothing."""
    settings.WS_OUTBOX_MAXIMUM_AGE_SECONDS = 0.5
    settings.WS_ABORT_AFTER_SECONDS = 0.2
    async with serving(ServerLimits(abort_after=0.2)) as running:
        yield running


def forming(topic: Topic, tick: int) -> Candle:
    """Return the state of a topic's candle as it was at a tick, which is its close."""
    return msgspec.structs.replace(
        candle(0, is_final=False), symbol=topic.symbol, interval=topic.interval, close=Decimal(tick)
    )


class PacedReader:
    """Reads a stalled client's frames, so many bytes at a time, and notes of each candle's state how old it is."""

    def __init__(self, client: StalledClient) -> None:
        self._socket = client.socket
        self._rest = b""
        self.ages: list[int] = []
        self.channels: Counter[str] = Counter()

    async def read(self, size: int, *, at: int) -> None:
        """Take that much at a tick; waits for it."""
        while size > 0:
            data = await asyncio.get_running_loop().sock_recv(self._socket, size)
            assert data, "the connection must stay"
            size -= len(data)
            self._take(data, at)

    def _take(self, data: bytes, at: int) -> None:
        *frames, self._rest = (self._rest + data).split(b"\x81\x7e")
        for frame in frames:
            found = re.search(rb'"channel":"(kline[^"]+)".*"close":(\d+)', frame)
            if found is not None:
                self.ages.append(at - int(found[2]))
                self.channels[found[1].decode()] += 1


async def test_it_tells_a_slow_reader_of_many_states_nothing_old(gateway: Serving) -> None:
    """Time is counted in ticks of a tenth of a second, as the data tells it: how fast this runs doesn't matter."""
    first, *others = (f"kline:{topic.symbol}:{topic.interval}" for topic in CANDLES)
    async with StalledClient(gateway, first) as slow:
        for channel in others:
            await slow.subscribe(channel)
        reader = PacedReader(slow)
        for tick in range(TICKS):
            for topic in CANDLES:
                await publish(gateway, topic, forming(topic, tick))
            await reader.read(TICK_BYTES, at=tick)
        assert max(reader.ages) <= MAXIMUM_AGE_TICKS
        assert slow.session.outbox.conflated > TICKS, "it was to be too slow for all"
    assert len(reader.channels) == len(CANDLES), "each channel has its turn"


@pytest.mark.parametrize(
    ("channel", "topic", "make"),
    [("price:BTCUSDT", PRICE, price), ("trade:BTCUSDT", TRADES, lambda number: trades(number, 1))],
    ids=["states", "a sequence"],
)
async def test_it_lets_go_of_who_never_reads(
    gateway: Serving, channel: str, topic: Topic, make: Callable[[int], Event]
) -> None:
    async with StalledClient(gateway, channel) as stalled, asyncio.timeout(LIMIT_SECONDS):
        peer_port = stalled.socket.getsockname()[1]
        most = number = 0
        while stalled.sessions:
            number += 1
            await publish(gateway, topic, make(number))
            most = max(most, held_bytes(gateway.port, peer_port) or 0)
        assert 0 < most <= KERNEL_BYTES
        await until(lambda: held_bytes(gateway.port, peer_port) is None, seconds=5)


def test_it_bounds_also_what_is_held_for_those_who_connect_before_they_are_served(settings: Settings) -> None:
    with bind("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            bound = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT)
    assert bound == settings.WS_KERNEL_UNSENT_BYTES


async def test_it_keeps_no_socket_for_what_the_peer_of_a_closed_connection_never_takes(gateway: Serving) -> None:
    async with StalledClient(gateway, "price:BTCUSDT") as stalled:
        peer_port = stalled.socket.getsockname()[1]
        while (held_bytes(gateway.port, peer_port) or 0) < LITTLE_BYTES:
            await publish(gateway, PRICE, price(1))
        assert stalled.session.outbox.state is not OutboxState.BLOCKED, "the close frame was to fit in"
        stalled.session.close(1000, "")
        await until(lambda: not stalled.sessions)
        await until(lambda: held_bytes(gateway.port, peer_port) is None, seconds=10)

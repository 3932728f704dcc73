"""What a client that doesn't read costs, and whom: over real sockets, against the gateway in this process."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import ConnectionClosed

from streaming.events import Interval
from streaming.gateway.sending.outbox import BURST_FACTOR
from streaming.gateway.server.keepalive import KeepAliveTimes
from streaming.gateway.server.server import ServerLimits
from streaming.topics.topic import MarketKind, Topic
from tests.gateway.stalled_client import PRICE, TRADES, StalledClient, candle, price, publish, trades
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import Client, connected

pytestmark = pytest.mark.django_db(transaction=True)

KERNEL_BYTES = 8 * 2**20
"""More than the kernel takes for one stalled socket, both ends together."""


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


async def test_it_closes_a_reader_that_stalls_on_a_sequence_and_delays_nobody(gateway: Serving) -> None:
    async with StalledClient(gateway, "trade:BTCUSDT") as stalled, connected(gateway.socket_url) as healthy:
        await healthy.subscribe("trades:BTCUSDT")
        await healthy.next_of("subscribed")
        session, written, most_waiting = stalled.session, 0, 0
        number = 0
        while stalled.sessions and written < 2 * KERNEL_BYTES:
            await publish(gateway, TRADES, trades(number, 50))
            for _ in range(50):
                assert (await healthy.next_of("trade"))["data"]["tradeId"] == number
                written += len(healthy.texts[-1])
                number += 1
            healthy.texts.clear()
            healthy.frames.clear()
            most_waiting = max(most_waiting, session.outbox.waiting_bytes)
        assert not stalled.sessions, "a reader that stalls on a sequence must be closed"
        bound = gateway.runtime.settings.outbox.maximum_bytes
        assert bound * 0.9 < most_waiting <= BURST_FACTOR * bound + 50 * 300


async def test_it_keeps_a_reader_that_stalls_on_state_topics_and_tells_it_the_newest(gateway: Serving) -> None:
    async with connected(gateway.socket_url, max_queue=1) as client:
        await client.subscribe("price:BTCUSDT")
        await client.next_of("subscribed")
        session = next(iter(gateway.runtime.sessions))
        client.connection.transport.pause_reading()
        number = 0
        while session.outbox.conflated < 1000:
            number += 1
            await publish(gateway, PRICE, price(number))
            assert number < 200_000, "the socket never filled"
        assert session.outbox.waiting_bytes < 64 * 1024
        client.connection.transport.resume_reading()
        seen = 0
        while seen < number:
            seen = (await client.next_of("price"))["data"]["price"]
            client.texts.clear()
            client.frames.clear()
    assert seen == number


async def test_it_drops_no_final_candle_of_a_slow_reader(gateway: Serving) -> None:
    topic = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1)
    async with connected(gateway.socket_url, max_queue=1) as client:
        await client.subscribe("price:BTCUSDT", "klines:BTCUSDT:1s")
        await client.next_of("subscribed", "klines:BTCUSDT:1s")
        session = next(iter(gateway.runtime.sessions))
        client.connection.transport.pause_reading()
        while session.outbox.conflated < 10:
            await publish(gateway, PRICE, price(1))
        for number in range(300):
            await publish(gateway, topic, candle(number, is_final=False))
            await publish(gateway, topic, candle(number, is_final=True))
        client.connection.transport.resume_reading()
        finals: list[int] = []
        while len(finals) < 300:
            data = (await client.next_of("kline"))["data"]
            finals += [data["time"]] if data["isFinal"] else []
    assert finals == [number * 1000 for number in range(300)]


async def test_it_stops_at_once_with_a_stalled_reader(gateway: Serving) -> None:
    async with StalledClient(gateway, "price:BTCUSDT") as stalled, connected(gateway.socket_url) as healthy:
        number = 0
        while stalled.session.outbox.conflated < 10:
            number += 1
            await publish(gateway, PRICE, price(number))
        gateway.server.should_exit = True
        async with asyncio.timeout(8):
            await until(lambda: not len(gateway.runtime.sessions))
        await _assert_closed(healthy, 1012, "Server shutting down")


async def _assert_closed(client: Client, code: int, reason: str) -> None:
    with pytest.raises(ConnectionClosed) as closed:
        await client.next(lambda _: False)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (code, reason)


async def test_it_cuts_off_a_peer_that_does_not_answer_pings() -> None:
    async with (
        serving(ServerLimits(pings=KeepAliveTimes(interval=0.2, timeout=0.3))) as gateway,
        StalledClient(gateway, "price:BTCUSDT") as stalled,
        connected(gateway.socket_url) as healthy,
    ):
        await until(lambda: not stalled.sessions)
        await healthy.send({"type": "ping"})
        assert (await healthy.receive())["type"] == "pong"


async def test_it_tells_the_round_trip_of_its_pings() -> None:
    async with serving(ServerLimits(pings=KeepAliveTimes(interval=0.05))) as gateway, connected(gateway.socket_url):
        session = next(iter(gateway.runtime.sessions))
        await until(lambda: session.round_trip is not None)
        assert session.round_trip is not None
        assert 0 < session.round_trip < 5

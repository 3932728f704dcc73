"""What a slow reader of many states reads, and what one that never reads leaves behind.

24 open candles change ten times a second each. One client takes 25 KB a second of them, one as much with a receive
buffer as the system gives it, which no server can bound; one takes nothing after its subscription. How old a frame is
when it is read, the time in it tells; what the kernel holds, /proc/net/tcp.
"""

import asyncio
import json
import re
import socket
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from itertools import product
from urllib.parse import urlsplit

import msgspec
from channels_redis.pubsub import RedisPubSubChannelLayer  # type: ignore[import-untyped]

from benchmarks.load.publishing import Target
from benchmarks.options import Options
from benchmarks.servers.our_servers import our_servers
from benchmarks.servers.servers import Running, place
from streaming.events import Candle, Envelope, Interval, Source, encode
from streaming.fan_out.hub import Hub
from streaming.market.topics import MARKET_TOPICS
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import MarketKind, Topic
from tests.kernel_sockets import held_bytes

_SYMBOLS = ("BTCUSDT", "ETHUSDT")
_TOPICS = [Topic(MarketKind.CANDLE, symbol, interval) for symbol, interval in product(_SYMBOLS, tuple(Interval)[:12])]
_TICK_SECONDS = 0.1
_TICK_BYTES = 2500
_SMALL_BUFFER = 4096
_SECONDS = 45.0
"""They answer no pings, and would be cut off for that after 57 to 60 s."""
_GONE_SECONDS = 120.0
"""How long the socket of who never reads is waited for, since it connected."""
_MICROSECONDS = 1_000_000
_CLOSE = re.compile(rb'"close":(\d+)\D')
_HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_MEDIUM = 126


class SlowStates(msgspec.Struct, frozen=True, kw_only=True):
    """One server. Ages are those of what the slow readers read, in seconds; what the kernel held is the most of it."""

    published: int
    median_age: float
    maximum_age: float
    maximum_age_large_buffer: float
    """As `maximum_age`, of who has a receive buffer as the system gives it."""
    held_for_slow_kib: float
    held_for_never_kib: float
    """What the kernel held at the server's end for who never reads."""
    never_gone_after: float
    """When the kernel had forgotten who never reads, since it connected; 0 where it hadn't after 120 s."""


def slow_states(options: Options) -> dict[str, list[SlowStates]]:
    """Measure both servers, `options.rounds` times, each time started anew."""
    found: dict[str, list[SlowStates]] = {}
    with place(_SYMBOLS) as where:
        for _ in range(options.rounds):
            for server in our_servers():
                with Running(server, where) as running:
                    measured = asyncio.run(_Measuring(running).measure())
                    found.setdefault(f"{server.name}, 24 states", []).append(measured)
    return found


class _Reader:
    """A client that reads so many bytes a tick; `ages` are those of what it has read, in seconds."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._rest = b""
        self.ages: list[float] = []

    async def read(self, seconds: float) -> None:
        """Read for so long."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        for tick in range(round(seconds / _TICK_SECONDS)):
            await asyncio.sleep(max(0.0, begin + tick * _TICK_SECONDS - loop.time()))
            try:
                data = self._socket.recv(_TICK_BYTES)
            except BlockingIOError:
                continue
            self._take(data)

    def _take(self, data: bytes) -> None:
        now = _now()
        text = self._rest + data
        end = 0
        for found in _CLOSE.finditer(text):
            self.ages.append((now - int(found[1])) / _MICROSECONDS)
            end = found.end()
        self._rest = text[end:][-len(data) - _TICK_BYTES :]


class _Measuring:
    def __init__(self, running: Running) -> None:
        self._running = running
        self._port = urlsplit(running.address).port or 0
        self._published = 0
        self._held: dict[int, int] = {}
        self._gone_after = 0.0
        self._ended = False

    async def measure(self) -> SlowStates:
        """Let three clients come, publish, and see what they read and what is held for them."""
        async with AsyncExitStack() as stack:
            slow = await stack.enter_async_context(_connected(self._port, _SMALL_BUFFER))
            large = await stack.enter_async_context(_connected(self._port, None))
            never = await stack.enter_async_context(_connected(self._port, _SMALL_BUFFER))
            publish = asyncio.create_task(self._publish())
            watch = asyncio.create_task(self._watch(slow, never))
            readers = [_Reader(slow), _Reader(large)]
            await asyncio.gather(*(reader.read(_SECONDS) for reader in readers))
            await watch
            self._ended = True
            await publish
            return self._told(readers, slow, never)

    async def _publish(self) -> None:
        async with _hub(self._running.target) as hub:
            begin = time.monotonic()
            while not self._ended:
                for topic in _TOPICS:
                    await hub.publish_encoded(topic.key, encode(Envelope(epoch=0, sequence=0, event=_candle(topic))))
                    self._published += 1
                due = begin + self._published / len(_TOPICS) * _TICK_SECONDS
                await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _watch(self, slow: socket.socket, never: socket.socket) -> None:
        begin = time.monotonic()
        while not self._gone_after and time.monotonic() < begin + _GONE_SECONDS:
            for connection in (slow, never):
                held = held_bytes(self._port, _port_of(connection))
                self._held[_port_of(connection)] = max(held or 0, self._held.get(_port_of(connection), 0))
            if held is None:
                self._gone_after = time.monotonic() - begin
            await asyncio.sleep(_TICK_SECONDS)

    def _told(self, readers: list[_Reader], slow: socket.socket, never: socket.socket) -> SlowStates:
        first, second = readers
        return SlowStates(
            published=self._published,
            median_age=round(statistics.median(first.ages), 2),
            maximum_age=round(max(first.ages), 2),
            maximum_age_large_buffer=round(max(second.ages), 2),
            held_for_slow_kib=round(self._held[_port_of(slow)] / 1024, 1),
            held_for_never_kib=round(self._held[_port_of(never)] / 1024, 1),
            never_gone_after=round(self._gone_after, 1),
        )


@asynccontextmanager
async def _connected(port: int, receive_buffer: int | None) -> AsyncIterator[socket.socket]:
    """Connect a client that has subscribed to all."""
    loop = asyncio.get_running_loop()
    with socket.socket() as connection:
        if receive_buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.setblocking(False)
        await loop.sock_connect(connection, ("127.0.0.1", port))
        await loop.sock_sendall(connection, _HANDSHAKE)
        channels = [f"kline:{topic.symbol}:{topic.interval}" for topic in _TOPICS]
        message = json.dumps({"type": "subscribe", "channels": channels}).encode()
        head = bytes((0x81, 0x80 | _MEDIUM)) + len(message).to_bytes(2, "big") + bytes(4)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += await loop.sock_recv(connection, 1024)
        await loop.sock_sendall(connection, head + message)
        while b'"subscribed"' not in answer:
            answer += await loop.sock_recv(connection, 1024)
        yield connection


@asynccontextmanager
async def _hub(target: Target) -> AsyncIterator[Hub]:
    layer = RedisPubSubChannelLayer(hosts=[target.url], prefix=target.name)
    try:
        yield Hub(layer, TopicRegistry(MARKET_TOPICS))
    finally:
        await layer.flush()


def _candle(topic: Topic) -> Candle:
    """Return the state of a topic's candle now, with the time as its close."""
    now, one = _now(), Decimal(1)
    return Candle(
        symbol=topic.symbol,
        time=time.time_ns() // _MICROSECONDS,
        source=Source.BINANCE,
        interval=topic.interval or Interval.SECOND_1,
        open_time=0,
        close_time=999,
        open=one,
        high=one,
        low=one,
        close=Decimal(now),
        volume=one,
        quote_volume=one,
        trades=1,
        is_final=False,
    )


def _port_of(connection: socket.socket) -> int:
    return int(connection.getsockname()[1])


def _now() -> int:
    """Return monotonic microseconds, which all processes of the machine share."""
    return time.monotonic_ns() // 1000

"""One trade after the other, published at a given rate from a process of its own.

Ours gets events through the real channel layer, as the bridge publishes them. The peers get the very text that ours
makes of such an event for its clients, in the way that is natural for each.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
import redis.asyncio as redis
from channels_redis.core import RedisChannelLayer  # type: ignore[import-untyped]
from channels_redis.pubsub import RedisPubSubChannelLayer  # type: ignore[import-untyped]

from benchmarks.load.child_process import ChildProcess, Commands
from streaming.clock import SystemClock
from streaming.event_history.history import Append, HistoryLimits, Place, Position
from streaming.event_history.redis_history import RedisEventHistory
from streaming.events import Envelope, Side, Source, Trade, Trades, encode
from streaming.fan_out.hub import Hub
from streaming.gateway.dialects.market import MarketDialect
from streaming.market.topics import MARKET_TOPICS
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import MarketKind, Topic

SYMBOL = "BTCUSDT"
CHANNEL = f"trades:{SYMBOL}"
GROUP = "trades"
MESSAGE = "trade"
TOPIC = Topic(MarketKind.TRADE, SYMBOL)
_PRICE = Decimal("64123.45")
_FIRST_SEQUENCE = 1_000_000


class Way(Enum):
    """How a server is given what it is to tell."""

    HUB = "our bridge's: an event to the topic's group, through the pub/sub layer"
    HUB_NUMBERED = "our bridge's, to the topic's history first, by whose numbers clients resume"
    GROUP = "a message to a group, through a layer of Channels"
    GROUP_PUB_SUB = "a message to a group, through the pub/sub layer of Channels"
    PUB_SUB = "a text on a channel of Redis"
    HTTP = "a text by POST"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where to publish: `url` is Redis's or the server's own, `name` a prefix, or the channel of Redis."""

    way: Way
    url: str
    name: str = ""


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What was published since the last `Begin`, and the processor time that the process has used, in seconds."""

    count: int
    last_sequence: int
    cpu: float


class _Begin(msgspec.Struct, frozen=True):
    target: Target
    rate: float


class _Look(msgspec.Struct, frozen=True):
    pass


class _End(msgspec.Struct, frozen=True):
    pass


class PublishingProcess(ChildProcess):
    """The process, seen from the one that measures; use it as a context."""

    def __init__(self) -> None:
        super().__init__(_obey)

    def begin(self, target: Target, rate: float) -> None:
        """Publish `rate` trades a second from now on, or as many as can be."""
        self.ask(_Begin(target, rate))

    def look(self) -> Published:
        """Return what has been published."""
        return self._told(_Look())

    def end(self) -> Published:
        """Publish no more."""
        return self._told(_End())

    def _told(self, command: object) -> Published:
        answer = self.ask(command)
        assert isinstance(answer, Published)
        return answer


class Outlet(Protocol):
    """One way to publish."""

    async def publish(self, event: Trades) -> None:
        """Publish an event of one trade."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class _ToHub:
    def __init__(self, target: Target) -> None:
        self._layer = RedisPubSubChannelLayer(hosts=[target.url], prefix=target.name)
        self._hub = Hub(self._layer, TopicRegistry(MARKET_TOPICS))

    async def publish(self, event: Trades) -> None:
        await self._hub.publish_encoded(TOPIC.key, encode(Envelope(epoch=0, sequence=0, event=event)))

    async def close(self) -> None:
        await self._layer.flush()


class _ToHistory:
    def __init__(self, target: Target) -> None:
        self._layer = RedisPubSubChannelLayer(hosts=[target.url], prefix=target.name)
        self._hub = Hub(self._layer, TopicRegistry(MARKET_TOPICS))
        self._history = history_of(target)

    async def publish(self, event: Trades) -> None:
        body = encode(Envelope(epoch=0, sequence=0, event=event))
        (position,) = await self._history.append([Append(key=TOPIC.key, body=body)])
        assert position is not None
        await self._hub.publish_encoded(TOPIC.key, body, Place(position.epoch, position.seq, 1))

    async def close(self) -> None:
        await self._history.close()
        await self._layer.flush()


def history_of(target: Target) -> RedisEventHistory:
    """Return the history that a gateway of ours at `target` reads."""
    return RedisEventHistory(target.url, prefix=target.name, limits=HistoryLimits(), clock=SystemClock())


async def add_trades(history: RedisEventHistory, count: int) -> Position:
    """Add so many trades to the channel's history, and to nothing else; return the position before them."""
    before = await history.append([_append(0)])
    await history.append([_append(number) for number in range(1, count + 1)])
    assert before[0] is not None
    return before[0]


def _append(number: int) -> Append:
    return Append(key=TOPIC.key, body=encode(Envelope(epoch=0, sequence=0, event=trades(number))))


class _ToGroup:
    def __init__(self, target: Target) -> None:
        layers = {Way.GROUP: RedisChannelLayer, Way.GROUP_PUB_SUB: RedisPubSubChannelLayer}
        self._layer = layers[target.way](hosts=[target.url], prefix=target.name)

    async def publish(self, event: Trades) -> None:
        await self._layer.group_send(GROUP, {"type": MESSAGE, "text": _text(event).decode()})

    async def close(self) -> None:
        await self._layer.flush()


class _ToRedis:
    def __init__(self, target: Target) -> None:
        self._redis = redis.Redis.from_url(target.url)
        self._channel = target.name

    async def publish(self, event: Trades) -> None:
        await self._redis.publish(self._channel, _text(event))

    async def close(self) -> None:
        await self._redis.aclose()


class _ByHttp:
    """It holds up this process while it waits, which has nothing else to do."""

    def __init__(self, target: Target) -> None:
        parts = urlsplit(target.url)
        self._connection = HTTPConnection(parts.hostname or "", parts.port)
        self._path = parts.path

    async def publish(self, event: Trades) -> None:
        self._connection.request("POST", self._path, _text(event), {"Content-Type": "text/plain"})
        with self._connection.getresponse() as answer:
            answer.read()
            assert answer.status in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}, answer.status

    async def close(self) -> None:
        self._connection.close()


_OUTLETS: Mapping[Way, Callable[[Target], Outlet]] = {
    Way.HUB: _ToHub,
    Way.HUB_NUMBERED: _ToHistory,
    Way.GROUP: _ToGroup,
    Way.GROUP_PUB_SUB: _ToGroup,
    Way.PUB_SUB: _ToRedis,
    Way.HTTP: _ByHttp,
}
_dialect = MarketDialect(SystemClock())


def outlet_to(target: Target) -> Outlet:
    """Return what publishes to `target`; it is to be closed."""
    return _OUTLETS[target.way](target)


def _text(event: Trades) -> bytes:
    """Return what ours tells its clients of an event of one trade."""
    (frame,) = _dialect.encode(event, CHANNEL)
    return frame.payload


def trades(sequence: int) -> Trades:
    """Return an event of one trade, made now: as its quantity it carries the monotonic time in microseconds."""
    now_ms, stamp = time.time_ns() // 1_000_000, time.monotonic_ns() // 1000
    trade = Trade(trade_id=sequence, price=_PRICE, quantity=Decimal(stamp), side=Side.BUY, time=now_ms)
    return Trades(symbol=SYMBOL, source=Source.BINANCE, time=now_ms, trades=(trade,))


class _Publisher:
    """Publishes to one target after another. Sequence numbers only rise, also from one target to the next."""

    def __init__(self) -> None:
        self._sequence = _FIRST_SEQUENCE
        self._count = 0
        self._ended = False
        self._publishing: asyncio.Task[None] | None = None

    def begin(self, target: Target, rate: float) -> None:
        self._count = 0
        self._ended = False
        self._publishing = asyncio.get_running_loop().create_task(self._publish(target, rate))

    async def end(self) -> None:
        """Let it finish what it is publishing, that all which is published is counted."""
        self._ended = True
        if self._publishing is not None:
            await self._publishing
            self._publishing = None

    def published(self) -> Published:
        return Published(count=self._count, last_sequence=self._sequence, cpu=time.process_time())

    async def _publish(self, target: Target, rate: float) -> None:
        outlet = outlet_to(target)
        begin = time.monotonic()
        while not self._ended:
            await outlet.publish(trades(self._sequence + 1))
            self._sequence += 1
            self._count += 1
            await asyncio.sleep(max(0.0, begin + self._count / rate - time.monotonic()))
        await outlet.close()


async def _obey(commands: Commands) -> None:
    publisher = _Publisher()
    async for command in commands:
        match command:
            case _Begin():
                publisher.begin(command.target, command.rate)
            case _End():
                await publisher.end()
        commands.answer(publisher.published())
    await publisher.end()

"""Events whose frames are some 16 KB: of a topic on which every one counts, and of one on which the newest does."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal

import msgspec
from channels_redis.pubsub import RedisPubSubChannelLayer  # type: ignore[import-untyped]

from benchmarks.load.load_client import Speech
from benchmarks.load.publishing import SYMBOL, Target
from streaming.clock import SystemClock
from streaming.events import Depth, Envelope, Event, Level, SignalAction, Source, encode
from streaming.fan_out.hub import Hub
from streaming.gateway.dialects.market import MarketDialect
from streaming.market.topics import MARKET_TOPICS
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import MarketKind, Topic
from trading.events import Signal

_MODEL = "m" * 16_040
_LEVELS = tuple(Level(Decimal(f"64{number:03}.25"), Decimal("1.23456")) for number in range(420))
_ONE = Decimal(1)


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """What is published: `make` gives the event with a number that was made at so many monotonic microseconds."""

    topic: Topic
    channel: str
    make: Callable[[int, int], Event]
    sequence: bytes
    stamp: bytes

    @property
    def speech(self) -> Speech:
        """How a client subscribes, and where in a frame it finds number and time."""
        return Speech(
            path="/ws",
            welcome=b'"type":"connected"',
            subscribe=(json.dumps({"type": "subscribe", "channels": [self.channel]}),),
            subscribed=b'"type":"subscribed"',
            sequence=self.sequence,
            stamp=self.stamp,
        )

    def frame_bytes(self) -> int:
        """Return how long a frame's text is."""
        (frame,) = MarketDialect(SystemClock()).encode(self.make(1, time.monotonic_ns() // 1000), self.channel)
        return frame.payload_bytes


def _signal(sequence: int, stamp: int) -> Signal:
    return Signal(
        symbol=SYMBOL,
        time=_now_ms(),
        source=Source.BINANCE,
        action=SignalAction.HOLD,
        confidence=Decimal(stamp),
        model=_MODEL,
        horizon="1m",
        price=Decimal(sequence),
    )


def _depth(sequence: int, stamp: int) -> Depth:
    bids = (Level(Decimal(sequence), _ONE), *_LEVELS)
    asks = (Level(Decimal(stamp), _ONE), *_LEVELS)
    return Depth(symbol=SYMBOL, time=_now_ms(), source=Source.BINANCE, bids=bids, asks=asks)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


MATTERS: Mapping[str, Matter] = {
    "sequence": Matter(
        topic=Topic("signal", SYMBOL),
        channel=f"signals:{SYMBOL}",
        make=_signal,
        sequence=b'"price":',
        stamp=b'"confidence":',
    ),
    "state": Matter(
        topic=Topic(MarketKind.DEPTH, SYMBOL),
        channel=f"depth:{SYMBOL}",
        make=_depth,
        sequence=b'"bids":[[',
        stamp=b'"asks":[[',
    ),
}
"""Signals and order books. An exchange's have ten levels a side; these are larger by their length alone."""

Publish = Callable[[int], Awaitable[None]]


@asynccontextmanager
async def publishing(target: Target, matter: Matter) -> AsyncIterator[Publish]:
    """Give what publishes the event with a number, made now, as the bridge does."""
    layer = RedisPubSubChannelLayer(hosts=[target.url], prefix=target.name)
    hub = Hub(layer, TopicRegistry(MARKET_TOPICS))

    async def publish(sequence: int) -> None:
        event = matter.make(sequence, time.monotonic_ns() // 1000)
        await hub.publish_encoded(matter.topic.key, encode(Envelope(epoch=0, sequence=0, event=event)))

    try:
        yield publish
    finally:
        await layer.flush()

"""Publishing: from events to the channel layer, gathered by topic, and to the cache of last values and positions.

Whoever reads the exchange offers events without waiting; one task takes what is due. Only what somebody wants is
published. Each topic's events are numbered, and carry the producer's epoch. While the layer is away, what must not be
lost waits within bounds; what is lost all the same is told.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
import structlog

from streaming import events
from streaming.clock import Clock
from streaming.events import Envelope, Event
from streaming.market.lanes import CandleLane, Lane, StateLane, TradeLane
from streaming.market.last_values import LastValues
from streaming.market.positions import Position, encode_position, position_after
from streaming.market.recovery import until_layer_is_back
from streaming.market.sender import Sender
from streaming.market.waiting import wait_for
from streaming.topics import Kind, Topic

_YIELD_EVERY = 50
"""Events published before others may run: a layer in memory never suspends, and its queues are bounded."""

logger = structlog.get_logger(__name__)


class PublishingLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The least seconds between two events of one topic, and how much may wait while the layer is away.

    A layer that failed is asked again every `retry` seconds; once it answers, other processes get `settle` seconds to
    find it too.
    """

    price: float = 0.25
    ticker: float = 0.25
    candle: float = 0.25
    depth: float = 0.1
    trades: float = 0.1
    overview: float = 1.0
    waiting_trades: int = 1000
    waiting_candles: int = 300
    retry: float = 1.0
    settle: float = 2.0


class Publisher:
    """See the module. `epoch` is the fencing number of whoever publishes.

    A topic's position is written only while `is_whole` says that nothing is missing of it.
    """

    def __init__(
        self,
        sender: Sender,
        last_values: LastValues,
        *,
        epoch: int,
        limits: PublishingLimits,
        clock: Clock,
        is_whole: Callable[[Topic], bool] = lambda _: True,
    ) -> None:
        self._sender = sender
        self._last_values = last_values
        self._epoch = epoch
        self._limits = limits
        self._clock = clock
        self._lanes: dict[Topic, Lane] = {}
        self._waiting: dict[Topic, Lane] = {}
        self._sequences: dict[str, int] = {}
        self._positions: dict[str, Position] = {}
        self._is_whole = is_whole
        self._offered = asyncio.Event()
        self.published = 0
        self.dropped = 0

    def want(self, topics: Iterable[Topic]) -> None:
        """Make `topics` those that are published; what waits for others is let go."""
        wanted = frozenset(topics)
        self._lanes = {topic: lane for topic, lane in self._lanes.items() if topic in wanted}
        for topic in wanted - self._lanes.keys():
            self._lanes[topic] = self._new_lane(topic)
        self._waiting = {topic: lane for topic, lane in self._waiting.items() if topic in wanted}
        keys = frozenset(topic.key for topic in wanted)
        self._positions = {key: position for key, position in self._positions.items() if key in keys}

    def assume(self, positions: Mapping[Topic, Position]) -> None:
        """Begin behind where a predecessor stopped."""
        self._positions.update((topic.key, position) for topic, position in positions.items())

    async def refresh_positions(self) -> None:
        """Write the positions of topics that are quiet, before they expire."""
        now = self._clock.now_ms()
        quiet = [topic for topic in self._lanes if topic not in self._waiting and self._is_whole(topic)]
        held = {topic.key: self._positions[topic.key] for topic in quiet if topic.key in self._positions}
        if held:
            self._positions |= {key: msgspec.structs.replace(one, at=now) for key, one in held.items()}
            await self._last_values.write({}, {key: encode_position(self._positions[key]) for key in held})

    def offer(self, topic: Topic, event: Event) -> None:
        """Publish `event` when it may leave, if the topic is wanted; returns at once."""
        lane = self._lanes.get(topic)
        if lane is not None:
            lane.offer(event)
            self._waiting[topic] = lane
            self._offered.set()

    async def run(self) -> None:
        """Publish what is offered, until cancelled."""
        while True:
            self._offered.clear()
            if not await self._publish_due():
                await self._wait_for_next()

    async def _publish_due(self) -> int:
        """Publish what may leave now; return how many events that were."""
        now, count = self._clock.monotonic(), 0
        values: dict[str, bytes] = {}
        moved: set[Topic] = set()
        for topic, lane in list(self._waiting.items()):
            taken = lane.take(now)
            if lane.due is None:
                self._waiting.pop(topic, None)
            if taken and not await self._publish(topic, lane, taken, values):
                await until_layer_is_back(self._sender, retry=self._limits.retry, settle=self._limits.settle)
                break
            if taken and topic.kind in {Kind.TRADE, Kind.CANDLE}:
                self._move(topic, taken)
                moved.add(topic)
            count += len(taken)
        positions = self._encoded_positions(moved)
        if values or positions:
            await self._last_values.write(values, positions)
        return count

    def _move(self, topic: Topic, published: Sequence[Event]) -> None:
        position, now = self._positions.get(topic.key), self._clock.now_ms()
        for event in published:
            position = position_after(event, position, at=now)
        if position is not None and topic in self._lanes:
            self._positions[topic.key] = position

    def _encoded_positions(self, topics: Iterable[Topic]) -> dict[str, bytes]:
        whole = [topic.key for topic in topics if topic.key in self._positions and self._is_whole(topic)]
        return {key: encode_position(self._positions[key]) for key in whole}

    async def _publish(self, topic: Topic, lane: Lane, taken: list[Event], values: dict[str, bytes]) -> bool:
        """Publish the events of one topic, and note the last value; return False where the layer failed."""
        for index, event in enumerate(taken):
            body = events.encode(self._envelope(topic.key, event))
            if not await self._sender.publish(topic.key, body):
                self._give_back(topic, lane, taken[index:])
                return False
            self.published += 1
            if self.published % _YIELD_EVERY == 0:
                await asyncio.sleep(0)
            if event.is_held:
                values[topic.key] = body
        if lane.dropped:
            logger.warning("events were lost while they could not be published", topic=topic.key, count=lane.dropped)
            self.dropped += lane.dropped
            lane.dropped = 0
        return True

    def _give_back(self, topic: Topic, lane: Lane, events_left: Sequence[Event]) -> None:
        lane.give_back(events_left)
        if self._lanes.get(topic) is lane:
            self._waiting[topic] = lane

    def _envelope(self, key: str, event: Event) -> Envelope:
        sequence = self._sequences[key] = self._sequences.get(key, 0) + 1
        return Envelope(epoch=self._epoch, sequence=sequence, event=event)

    async def _wait_for_next(self) -> None:
        due = [lane.due for lane in self._waiting.values()]
        next_at = min((moment for moment in due if moment is not None), default=None)
        seconds = None if next_at is None else max(0.0, next_at - self._clock.monotonic())
        await wait_for(self._offered, seconds)

    def _new_lane(self, topic: Topic) -> Lane:
        limits = self._limits
        match topic.kind:
            case Kind.TRADE:
                return TradeLane(limits.trades, limits.waiting_trades)
            case Kind.CANDLE:
                return CandleLane(limits.candle, limits.waiting_candles)
            case Kind.DEPTH:
                return StateLane(limits.depth)
            case Kind.OVERVIEW:
                return StateLane(limits.overview)
            case Kind.PRICE:
                return StateLane(limits.price)
            case _:
                return StateLane(limits.ticker)

"""Publishing: from events to the channel layer, gathered by topic, and to the cache of last values and checkpoints.

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
from streaming.events import Envelope, Event, Source
from streaming.market.publishing.checkpoints import Checkpoint, checkpoint_after, encode_checkpoint
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.layer_recovery import until_layer_is_back
from streaming.market.publishing.publish_buffers import CandleBuffer, PublishBuffer, StateBuffer, TradeBuffer
from streaming.market.publishing.resend_buffer import COUNTED, ResendBuffer
from streaming.market.publishing.sender import Sender
from streaming.setting_fields import setting
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.waiting import wait_for

_YIELD_EVERY = 50
"""Events published before others may run: a layer in memory never suspends, and its queues are bounded."""

_AGAIN_AT_ONCE = 50
"""Topics that are sent again before what is new has its turn."""

logger = structlog.get_logger(__name__)


class PublishingLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The least seconds between two events of one topic, and how much may wait while the layer is away."""

    price: float = setting("PUBLISH_PRICE_SECONDS")
    ticker: float = setting("PUBLISH_TICKER_SECONDS")
    candle: float = setting("PUBLISH_CANDLE_SECONDS")
    depth: float = setting("PUBLISH_DEPTH_SECONDS")
    trades: float = setting("PUBLISH_TRADES_SECONDS")
    trades_at_once: int = setting("PUBLISH_TRADES_AT_ONCE")
    overview: float = setting("PUBLISH_OVERVIEW_SECONDS")
    waiting_trades: int = setting("PUBLISH_WAITING_TRADES")
    waiting_candles: int = setting("PUBLISH_WAITING_CANDLES")
    retry: float = setting("PUBLISH_RETRY_SECONDS")
    settle: float = setting("PUBLISH_SETTLE_SECONDS")
    clock_anew: float = setting("BRIDGE_CLOCK_ANEW_SECONDS")


class Publisher:
    """Publishes what is offered, gathered by topic and numbered.

    `epoch` is the fencing number of whoever publishes.

    A topic's checkpoint is written only while `is_whole` says that nothing is missing of it.
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
        self._buffers: dict[Topic, PublishBuffer] = {}
        self._waiting: dict[Topic, PublishBuffer] = {}
        self._sequences: dict[str, int] = {}
        self._resend_buffer = ResendBuffer()
        self._checkpoints: dict[str, Checkpoint] = {}
        self._written: dict[str, Checkpoint] = {}
        self._begun: set[Topic] = set()
        self._silent: set[str] = set()
        """The keys of topics that were begun, and of which nothing was published since."""
        self._leaving: Topic | None = None
        self._is_whole = is_whole
        self._offered = asyncio.Event()
        self.published = 0
        self.dropped = 0

    def want(self, topics: Iterable[Topic]) -> None:
        """Make `topics` those that are published; what waits for others is let go."""
        wanted = frozenset(topics)
        self._buffers = {topic: buffer for topic, buffer in self._buffers.items() if topic in wanted}
        for topic in wanted - self._buffers.keys():
            self._buffers[topic] = self._new_buffer(topic)
        self._waiting = {topic: buffer for topic, buffer in self._waiting.items() if topic in wanted}
        self._resend_buffer.keep(wanted)
        keys = frozenset(topic.key for topic in wanted)
        self._checkpoints = {key: checkpoint for key, checkpoint in self._checkpoints.items() if key in keys}
        self._written = {key: checkpoint for key, checkpoint in self._written.items() if key in keys}

    def assume(self, checkpoints: Mapping[Topic, Checkpoint]) -> None:
        """Begin behind where a predecessor stopped."""
        self._checkpoints.update((topic.key, checkpoint) for topic, checkpoint in checkpoints.items())

    def begin(self, topics: Iterable[Topic], source: Source, *, time: int) -> None:
        """Begin with these topics at `time` (ms, by the exchange's clock); a successor is to know of it soon.

        What was published of them before is no news to those who want them now. Who has heard of it all the same, come
        just before they were given up, or while a predecessor served of which nothing is known, has missed what came
        since: a number is left out, which tells such readers, and no others, of a loss.
        """
        topics = tuple(topics)
        self._resend_buffer.forget(topics)
        start = Checkpoint(source=source, number=None, time=time)
        begun = {topic for topic in topics if topic.kind in COUNTED and topic in self._buffers}
        self._sequences |= {topic.key: self._sequences.get(topic.key, 0) + 1 for topic in begun}
        self._checkpoints.update((topic.key, start) for topic in begun)
        self._begun |= begun
        self._silent |= {topic.key for topic in begun}
        self._offered.set()

    async def refresh_checkpoints(self) -> None:
        """Write the checkpoints of topics that haven't moved, before they expire."""
        held = {
            topic.key: checkpoint for topic in self._buffers if (checkpoint := self._safe_checkpoint(topic)) is not None
        }
        if held:
            await self._last_values.write({}, self._encoded(held), epoch=self._epoch)

    def offer(self, topic: Topic, event: Event) -> None:
        """Publish `event` when it may leave, if the topic is wanted; returns at once."""
        buffer = self._buffers.get(topic)
        if buffer is not None:
            buffer.offer(event)
            self._waiting[topic] = buffer
            self._offered.set()

    def send_again(self, topics: Iterable[Topic]) -> None:
        """Send what was published last of these topics once more, with its number; returns at once.

        Who has missed it, and what was before it, knows by the number; who hasn't takes no notice. What is new goes on
        meanwhile, and a topic is sent again once a second at most.
        """
        self._resend_buffer.ask(topics, self._clock.monotonic())
        self._offered.set()

    async def run(self) -> None:
        """Publish what is offered, until cancelled."""
        while True:
            self._offered.clear()
            await self._send_some_again()
            if not await self._publish_due():
                await self._wait_for_next()

    async def _send_some_again(self) -> None:
        taken = self._resend_buffer.take(self._clock.monotonic(), _AGAIN_AT_ONCE)
        for index, topic in enumerate(taken):
            for envelope in self._resend_buffer.of(topic):
                body = events.encode(msgspec.structs.replace(envelope, again=True))
                if not await self._sender.publish_encoded(topic.key, body):
                    self._resend_buffer.ask(taken[index:], self._clock.monotonic())
                    await self._until_back()
                    return
        if taken:
            await asyncio.sleep(0)

    async def _publish_due(self) -> int:
        """Publish what may leave now; return how many events that were."""
        now, count = self._clock.monotonic(), 0
        values: dict[str, bytes] = {}
        moved, self._begun = self._begun, set()
        for topic, buffer in list(self._waiting.items()):
            was_whole = self._is_whole(topic)
            self._leaving = topic
            taken = buffer.take(now)
            if buffer.due is None:
                self._waiting.pop(topic, None)
            if taken and not await self._publish(topic, buffer, taken, values):
                await self._until_back()
                break
            if taken and topic.kind in COUNTED and self._move(topic, taken) and was_whole:
                moved.add(topic)
            count += len(taken)
        self._leaving = None
        checkpoints = self._encoded_checkpoints(moved)
        if values or checkpoints:
            await self._last_values.write(values, checkpoints, epoch=self._epoch)
        return count

    async def _until_back(self) -> None:
        await until_layer_is_back(self._sender, retry=self._limits.retry, settle=self._limits.settle)

    def _move(self, topic: Topic, published: Sequence[Event]) -> bool:
        """Move the topic's checkpoint behind what was published; return whether it differs from what is written."""
        checkpoint = self._checkpoints.get(topic.key)
        for event in published:
            checkpoint = checkpoint_after(event, checkpoint)
        if checkpoint is None or topic not in self._buffers:
            return False
        self._checkpoints[topic.key] = checkpoint
        return _place(checkpoint) != _place(self._written.get(topic.key))

    def _safe_checkpoint(self, topic: Topic) -> Checkpoint | None:
        """Return a checkpoint behind which nothing waits to be sent; one that was written once remains such."""
        if not self._is_whole(topic):
            return None
        has_more = topic in self._waiting or topic == self._leaving
        return (self._written if has_more else self._checkpoints).get(topic.key)

    def _encoded_checkpoints(self, topics: Iterable[Topic]) -> dict[str, bytes]:
        whole = [topic.key for topic in topics if topic.key in self._checkpoints and self._is_whole(topic)]
        return self._encoded({key: self._checkpoints[key] for key in whole})

    def _encoded(self, checkpoints: Mapping[str, Checkpoint]) -> dict[str, bytes]:
        """Return checkpoints as they are to be written now, and note them as written."""
        self._written |= checkpoints
        return {key: encode_checkpoint(checkpoint) for key, checkpoint in checkpoints.items()}

    async def _publish(self, topic: Topic, buffer: PublishBuffer, taken: list[Event], values: dict[str, bytes]) -> bool:
        """Publish the events of one topic, and note the last value; return False where the layer failed."""
        for index, event in enumerate(taken):
            envelope = self._envelope(topic.key, event)
            body = events.encode(envelope)
            if not await self._sender.publish_encoded(topic.key, body):
                self._give_back(topic, buffer, taken[index:])
                return False
            self._sequences[topic.key] = envelope.sequence
            self._silent.discard(topic.key)
            self._resend_buffer.note(topic, envelope)
            self.published += 1
            if self.published % _YIELD_EVERY == 0:
                await asyncio.sleep(0)
            if event.is_held:
                values[topic.key] = body
        if buffer.dropped:
            logger.warning("events were lost while they could not be published", topic=topic.key, count=buffer.dropped)
            self.dropped += buffer.dropped
            buffer.dropped = 0
        return True

    def _give_back(self, topic: Topic, buffer: PublishBuffer, events_left: Sequence[Event]) -> None:
        buffer.give_back(events_left)
        if self._buffers.get(topic) is buffer:
            self._waiting[topic] = buffer

    def _envelope(self, key: str, event: Event) -> Envelope:
        """Number the event behind those that the layer took: numbers that are missing mean that it lost some."""
        sequence = self._sequences.get(key, 0) + 1
        return Envelope(epoch=self._epoch, sequence=sequence, event=event, begins=key in self._silent)

    async def _wait_for_next(self) -> None:
        due = [self._resend_buffer.next_at, *(buffer.due for buffer in self._waiting.values())]
        next_at = min((moment for moment in due if moment is not None), default=None)
        seconds = None if next_at is None else max(0.0, next_at - self._clock.monotonic())
        await wait_for(self._offered, seconds)

    def _new_buffer(self, topic: Topic) -> PublishBuffer:
        limits = self._limits
        match topic.kind:
            case MarketKind.TRADE:
                return TradeBuffer(limits.trades, limits.waiting_trades, burst=limits.trades_at_once)
            case MarketKind.CANDLE:
                return CandleBuffer(limits.candle, limits.waiting_candles, clock_anew=limits.clock_anew)
            case MarketKind.DEPTH:
                return StateBuffer(limits.depth)
            case MarketKind.OVERVIEW:
                return StateBuffer(limits.overview)
            case MarketKind.PRICE:
                return StateBuffer(limits.price)
            case _:
                return StateBuffer(limits.ticker)


def _place(checkpoint: Checkpoint | None) -> tuple[int | None, int] | None:
    return None if checkpoint is None else (checkpoint.number, checkpoint.time)

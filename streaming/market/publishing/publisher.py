"""Publishing: from events to the channel layer, gathered by topic, and to the cache of last values and checkpoints.

Whoever reads the exchange offers events without waiting; one task takes what is due. Only what somebody wants is
published. Each topic's events are numbered, and carry the producer's epoch. While the layer is away, what must not be
lost waits within bounds; what is lost all the same is told.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from streaming import events
from streaming.batches import batched
from streaming.clock import Clock
from streaming.events import Envelope, Event, Source
from streaming.market.publishing.checkpoints import Checkpoint
from streaming.market.publishing.event_numbering import EventNumbering, NumberedEvent
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.layer_recovery import until_layer_is_back
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.publishing.resend_buffer import COUNTED, ResendBuffer
from streaming.market.publishing.sender import Sender
from streaming.market.publishing.topic_buffers import Departure, TopicBuffers
from streaming.market.publishing.topic_checkpoints import TopicCheckpoints
from streaming.market.publishing.topic_sequences import TopicSequences
from streaming.topics.topic import Topic
from streaming.workers.waiting import wait_for

_YIELD_EVERY = 50
"""Events published before others may run: a layer in memory never suspends, and its queues are bounded."""

_NUMBERED_BATCH = 50
"""Topics whose events are added to the history in one step: a round trip for many, and a short one for Redis."""

_AGAIN_AT_ONCE = 50
"""Topics that are sent again before what is new has its turn."""


class Publisher:
    """Publishes what is offered, gathered by topic and numbered.

    `epoch` is the fencing number of whoever publishes.

    A topic's checkpoint is written only while `is_whole` says that nothing is missing of it. With a `numbering`, what
    counts is added to the history before it is told.
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
        numbering: EventNumbering | None = None,
    ) -> None:
        self._sender = sender
        self._last_values = last_values
        self._epoch = epoch
        self._limits = limits
        self._clock = clock
        self._buffers = TopicBuffers(limits)
        self._sequences = TopicSequences(epoch)
        self._resend_buffer = ResendBuffer()
        self._checkpoints = TopicCheckpoints()
        self._begun: set[Topic] = set()
        self._ended: set[str] = set()
        """The keys of topics of which every event counts, that are no longer wanted, and whose last values are held."""
        self._leaving: Sequence[Topic] = ()
        self._is_whole = is_whole
        self._numbering = numbering
        self._untold: dict[Topic, deque[NumberedEvent]] = {}
        """What was numbered, and the layer didn't take: it leaves before what is newer of its topic."""
        self._offered = asyncio.Event()
        self.published = 0

    @property
    def dropped(self) -> int:
        """How many events were lost for want of room."""
        return self._buffers.dropped

    def want(self, topics: Iterable[Topic]) -> None:
        """Make `topics` those that are published; what waits for others is let go.

        So is the last value of others of which every event counts: who subscribes later gets it no more, for what
        follows it would lack what came in between.
        """
        wanted = frozenset(topics)
        self._ended |= {topic.key for topic in self._buffers.keep(wanted) if topic.kind in COUNTED}
        self._resend_buffer.keep(wanted)
        keys = frozenset(topic.key for topic in wanted)
        if self._numbering is not None:
            self._numbering.keep(keys)
        self._offered.set()
        self._checkpoints.keep(keys)

    def assume(self, checkpoints: Mapping[Topic, Checkpoint]) -> None:
        """Begin behind where a predecessor stopped."""
        self._checkpoints.assume({topic.key: checkpoint for topic, checkpoint in checkpoints.items()})

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
        self._sequences.begin(topic.key for topic in begun)
        self._checkpoints.assume({topic.key: start for topic in begun})
        self._begun |= begun
        if self._numbering is not None:
            self._numbering.begin(topic.key for topic in begun)
        self._offered.set()

    async def refresh_checkpoints(self) -> None:
        """Write the checkpoints of topics that haven't moved, before they expire."""
        held = {
            topic.key: checkpoint for topic in self._buffers if (checkpoint := self._safe_checkpoint(topic)) is not None
        }
        if held:
            await self._last_values.write({}, self._checkpoints.written(held), epoch=self._epoch)

    def offer(self, topic: Topic, event: Event) -> None:
        """Publish `event` when it may leave, if the topic is wanted; returns at once."""
        if self._buffers.offer(topic, event):
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
        try:
            await self._publish_offered()
        finally:
            if self._numbering is not None:
                await self._numbering.stop()

    async def _publish_offered(self) -> None:
        while True:
            self._offered.clear()
            if self._numbering is not None:
                await self._numbering.end_given_up(self._epoch)
            await self._forget_ended()
            await self._send_some_again()
            if not await self._tell_untold():
                await self._until_back()
                continue
            if not await self._publish_due():
                await self._wait_for_next()

    async def _forget_ended(self) -> None:
        ended, self._ended = self._ended, set()
        if ended:
            await self._last_values.forget(ended)

    async def _send_some_again(self) -> None:
        taken = self._resend_buffer.take(self._clock.monotonic(), _AGAIN_AT_ONCE)
        for index, topic in enumerate(taken):
            for envelope in self._resend_buffer.of(topic):
                body = events.encode(msgspec.structs.replace(envelope, again=True))
                place = None if self._numbering is None else self._numbering.place_of(topic.key, envelope.sequence)
                if not await self._sender.publish_encoded(topic.key, body, place):
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
        for topics in self._together():
            whole = {topic for topic in topics if self._is_whole(topic)}
            self._leaving = topics
            departures = [departure for topic in topics if (departure := self._buffers.take(topic, now)) is not None]
            if not await self._publish(departures, values):
                await self._until_back()
                break
            moved |= {one.topic for one in departures if self._move(one) and one.topic in whole}
            count += sum(len(one.events) for one in departures)
        self._leaving = ()
        checkpoints = self._encoded_checkpoints(moved)
        if values or checkpoints:
            await self._last_values.write(values, checkpoints, epoch=self._epoch)
        return count

    def _together(self) -> Iterator[Sequence[Topic]]:
        """Return what waits as it is to leave: what is numbered many topics at once, and the rest by itself."""
        numbered = [topic for topic in self._buffers.waiting if self._is_numbered(topic)]
        others = [topic for topic in self._buffers.waiting if not self._is_numbered(topic)]
        yield from batched(numbered, _NUMBERED_BATCH)
        yield from ([topic] for topic in others)

    def _is_numbered(self, topic: Topic) -> bool:
        return self._numbering is not None and topic.kind in COUNTED

    async def _until_back(self) -> None:
        await until_layer_is_back(self._sender, retry=self._limits.retry, settle=self._limits.settle)

    def _move(self, published: Departure) -> bool:
        """Move the topic's checkpoint behind what was published; return whether it is to be written."""
        topic = published.topic
        if topic.kind not in COUNTED or topic not in self._buffers:
            return False
        return self._checkpoints.move(topic.key, published.events)

    def _safe_checkpoint(self, topic: Topic) -> Checkpoint | None:
        """Return a checkpoint behind which nothing waits to be sent; one that was written once remains such."""
        if not self._is_whole(topic):
            return None
        has_more = topic in self._buffers.waiting or topic in self._leaving
        return self._checkpoints.last_written(topic.key) if has_more else self._checkpoints.of(topic.key)

    def _encoded_checkpoints(self, topics: Iterable[Topic]) -> dict[str, bytes]:
        moved = {topic.key: self._checkpoints.of(topic.key) for topic in topics if self._is_whole(topic)}
        known = {key: checkpoint for key, checkpoint in moved.items() if checkpoint is not None}
        return self._checkpoints.written(known)

    async def _publish(self, departures: Sequence[Departure], values: dict[str, bytes]) -> bool:
        """Publish the events of topics, and note their last values; return False where the layer failed."""
        if self._numbering is not None and any(self._is_numbered(one.topic) for one in departures):
            return await self._publish_numbered(self._numbering, departures, values)
        return all([await self._publish_topic(one, values) for one in departures])

    async def _publish_topic(self, leaving: Departure, values: dict[str, bytes]) -> bool:
        key = leaving.topic.key
        for index, event in enumerate(leaving.events):
            envelope = self._sequences.envelope(key, event)
            body = events.encode(envelope)
            if not await self._sender.publish_encoded(key, body):
                self._buffers.give_back(leaving, leaving.events[index:])
                return False
            self._sequences.note_sent(key, envelope)
            self._resend_buffer.note(leaving.topic, envelope)
            await self._count_published()
            if event.is_held:
                values[key] = body
        self._buffers.note_dropped(leaving)
        return True

    async def _publish_numbered(
        self, numbering: EventNumbering, departures: Sequence[Departure], values: dict[str, bytes]
    ) -> bool:
        """Publish the events of topics of which every one that counts is added to the history first."""
        envelopes: dict[str, list[Envelope]] = {one.topic.key: [] for one in departures}
        for one in departures:
            for event in await numbering.leave_out_told(one.topic.key, one.events):
                envelope = self._sequences.envelope(one.topic.key, event)
                self._sequences.note_sent(one.topic.key, envelope)
                envelopes[one.topic.key].append(envelope)
        numbered = await numbering.number(envelopes)
        self._untold |= {one.topic: deque(numbered[one.topic.key]) for one in departures}
        values |= {key: one.body for key, told in numbered.items() for one in told if one.envelope.event.is_held}
        for one in departures:
            self._buffers.note_dropped(one)
        return await self._tell_untold()

    async def _tell_untold(self) -> bool:
        """Tell what was numbered, in its order; return False where the layer failed."""
        for topic, untold in list(self._untold.items()):
            while untold:
                numbered = untold[0]
                if not await self._sender.publish_encoded(topic.key, numbered.body, numbered.place):
                    return False
                untold.popleft()
                self._resend_buffer.note(topic, numbered.envelope)
                await self._count_published()
            del self._untold[topic]
        return True

    async def _count_published(self) -> None:
        self.published += 1
        if self.published % _YIELD_EVERY == 0:
            await asyncio.sleep(0)

    async def _wait_for_next(self) -> None:
        due = (self._resend_buffer.next_at, self._buffers.next_at)
        next_at = min((moment for moment in due if moment is not None), default=None)
        seconds = None if next_at is None else max(0.0, next_at - self._clock.monotonic())
        await wait_for(self._offered, seconds)

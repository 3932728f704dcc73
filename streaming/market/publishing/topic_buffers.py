"""What each topic that is wanted has still to publish, and when something of it may leave."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
import structlog

from streaming.events import Event
from streaming.market.publishing.limits import PublishingLimits, new_buffer
from streaming.market.publishing.publish_buffers import PublishBuffer
from streaming.topics.topic import Topic

logger = structlog.get_logger(__name__)


class Departure(msgspec.Struct, frozen=True):
    """Events of a topic that leave now, and the buffer that they come from."""

    topic: Topic
    buffer: PublishBuffer
    events: list[Event]


class TopicBuffers:
    """The buffers of the topics that are wanted. Times are monotonic, in seconds; `dropped` counts events lost."""

    def __init__(self, limits: PublishingLimits) -> None:
        self._limits = limits
        self._buffers: dict[Topic, PublishBuffer] = {}
        self._waiting: dict[Topic, PublishBuffer] = {}
        self.dropped = 0

    def __contains__(self, topic: Topic) -> bool:
        return topic in self._buffers

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._buffers)

    @property
    def waiting(self) -> Iterable[Topic]:
        """The topics of which something waits."""
        return self._waiting.keys()

    def keep(self, wanted: frozenset[Topic]) -> frozenset[Topic]:
        """Make `wanted` the topics that have a buffer; return those that are no longer such."""
        given_up = self._buffers.keys() - wanted
        self._buffers = {topic: buffer for topic, buffer in self._buffers.items() if topic in wanted}
        for topic in wanted - self._buffers.keys():
            self._buffers[topic] = new_buffer(topic, self._limits)
        self._waiting = {topic: buffer for topic, buffer in self._waiting.items() if topic in wanted}
        return frozenset(given_up)

    def offer(self, topic: Topic, event: Event) -> bool:
        """Let an event wait; return False where nobody wants its topic."""
        buffer = self._buffers.get(topic)
        if buffer is None:
            return False
        buffer.offer(event)
        self._waiting[topic] = buffer
        return True

    def take(self, topic: Topic, now: float) -> Departure | None:
        """Take what may leave of a topic; None where that is nothing, or nobody wants it any more."""
        buffer = self._waiting.get(topic)
        taken = [] if buffer is None else buffer.take(now)
        if buffer is not None and buffer.due is None:
            self._waiting.pop(topic, None)
        return Departure(topic, buffer, taken) if buffer is not None and taken else None

    def give_back(self, leaving: Departure, left: Sequence[Event]) -> None:
        """Take back events that could not be published."""
        leaving.buffer.give_back(left)
        if self._buffers.get(leaving.topic) is leaving.buffer:
            self._waiting[leaving.topic] = leaving.buffer

    def note_dropped(self, leaving: Departure) -> None:
        """Count, and tell operators, what a topic has lost for want of room."""
        buffer = leaving.buffer
        if buffer.dropped:
            count = buffer.dropped
            logger.warning("events were lost while they could not be published", topic=leaving.topic.key, count=count)
            self.dropped += count
            buffer.dropped = 0

    @property
    def next_at(self) -> float | None:
        """When something may leave; None where nothing waits."""
        moments = (buffer.due for buffer in self._waiting.values())
        return min((moment for moment in moments if moment is not None), default=None)

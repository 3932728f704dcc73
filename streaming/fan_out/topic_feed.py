"""The feed of one topic, which its subscribers may spell in several ways."""

from collections.abc import Callable, Sequence
from typing import Protocol

from streaming.events import Envelope, Event, Resync
from streaming.fan_out.channel_state import ChannelState, EpochFence
from streaming.fan_out.deduplication import Deduplicator
from streaming.fan_out.feed import Encoder, Feed
from streaming.fan_out.frames import Frame
from streaming.topics.topic import Topic

Push = Callable[[Sequence[Frame]], None]


class Subscriber(Protocol):
    """What takes frames for one connection.

    `push` must neither wait nor raise, nor attach or detach anything before it returns: it is called while a feed
    iterates over its subscribers.
    """

    def push(self, frames: Sequence[Frame]) -> None:
        """Take frames that are to be sent in this order."""
        ...


class TopicFeed(Feed[Event]):
    """The subscribers of one topic in this process, and its newest value where `keeps_value`."""

    def __init__(self, topic: Topic, *, keeps_value: bool) -> None:
        super().__init__(topic.key, topic.group)
        self.topic = topic
        self.keeps_value = keeps_value
        self._state = ChannelState(EpochFence(), Deduplicator())
        self._subscribers: dict[tuple[Encoder, str], dict[Subscriber, Push]] = {}

    def attach(self, encoder: Encoder, channel: str, subscriber: Subscriber) -> None:
        """Send `subscriber` what comes from now on, under the name `channel`."""
        self._subscribers.setdefault((encoder, channel), {})[subscriber] = subscriber.push

    def detach(self, encoder: Encoder, channel: str, subscriber: Subscriber) -> None:
        """Send `subscriber` nothing more under the name `channel`; harmless where it isn't attached."""
        subscribers = self._subscribers.get((encoder, channel), {})
        subscribers.pop(subscriber, None)
        if not subscribers:
            self._subscribers.pop((encoder, channel), None)

    def deliver(self, envelope: Envelope, at: float) -> None:
        """Hand the event to every subscriber, and what was lost before it."""
        for event in self._state.take(envelope, at):
            self._hand_out(event)

    def values(self, *, not_before: float) -> Sequence[Event]:
        """Return the newest value, if it came at `not_before` (monotonic seconds) or later."""
        value = self._state.value(not_before=not_before) if self.keeps_value else None
        return () if value is None else (value,)

    def cut_off(self, since: int) -> None:
        """Note that what was published since (ms since the epoch) may not have come, and hold no value of before.

        The bridge sends its newest event again, which tells by its number whether anything is missing.
        """
        self._state.forget_value()
        if self.topic.needs_exchange:
            self._state.cut_off(since)

    def tell_cut_off(self, resync: Resync) -> None:
        """Tell subscribers what may be missing, where no number can."""
        if not self.topic.needs_exchange:
            self._hand_out(resync)

    def _hand_out(self, event: Event) -> None:
        for (encoder, channel), subscribers in self._subscribers.items():
            frames = encoder.encode(event, channel)
            if frames:
                for push in subscribers.values():
                    push(frames)
        for callback in self._callbacks:
            callback(event)

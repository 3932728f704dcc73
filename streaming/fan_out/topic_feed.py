"""A feed: one topic in this process, with everybody here who reads it.

Nothing in here waits: an event is encoded once for each (encoder, channel) that somebody uses, and the same frames are
handed to every outbox.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from streaming.events import Envelope, Event, Resync
from streaming.fan_out.channel_state import ChannelState
from streaming.fan_out.deduplication import Deduplicator
from streaming.fan_out.frames import Frame
from streaming.topics import Topic

Callback = Callable[[Event], None]
Push = Callable[[Sequence[Frame]], None]


class Encoder(Protocol):
    """The outgoing half of a dialect."""

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        """Return the frames that tell `event` to a client that calls the topic `channel`."""
        ...


class Receiver(Protocol):
    """What takes frames for one connection.

    `push` must neither wait nor raise, nor attach or detach anything before it returns: it is called while a feed
    iterates over its readers.
    """

    def push(self, frames: Sequence[Frame]) -> None:
        """Take frames that are to be sent in this order."""
        ...


class TopicFeed:
    """The readers of one topic in this process, and its newest value."""

    def __init__(self, topic: Topic, *, keeps_last_value: bool) -> None:
        self.topic = topic
        self.references = 0
        self.tracker = ChannelState()
        self._deduplicator = Deduplicator()
        self._keeps_last_value = keeps_last_value
        self._last: tuple[Event, float] | None = None
        self._receivers: dict[tuple[Encoder, str], dict[Receiver, Push]] = {}
        self._callbacks: dict[Callback, None] = {}

    @property
    def key(self) -> str:
        """Under which the process's hub knows the feed."""
        return self.topic.key

    @property
    def group(self) -> str:
        """The group of the channel layer that brings its events."""
        return self.topic.group

    def attach(self, encoder: Encoder, channel: str, receiver: Receiver) -> None:
        """Send `receiver` what comes from now on, under the name `channel`."""
        self._receivers.setdefault((encoder, channel), {})[receiver] = receiver.push

    def detach(self, encoder: Encoder, channel: str, receiver: Receiver) -> None:
        """Send `receiver` nothing more under the name `channel`; harmless where it isn't attached."""
        receivers = self._receivers.get((encoder, channel), {})
        receivers.pop(receiver, None)
        if not receivers:
            self._receivers.pop((encoder, channel), None)

    def add_callback(self, callback: Callback) -> None:
        """Call `callback` with every event from now on; it must neither wait nor raise."""
        self._callbacks[callback] = None

    def remove_callback(self, callback: Callback) -> None:
        """Call `callback` no more; harmless where it was not added."""
        self._callbacks.pop(callback, None)

    def last(self, *, not_before: float) -> Event | None:
        """Return the newest value where it came at `not_before` (monotonic seconds) or later."""
        if self._last is None or self._last[1] < not_before:
            return None
        return self._last[0]

    def deliver(self, envelope: Envelope, at: float) -> None:
        """Hand the event to every reader, and what was lost before it, as `ChannelState.admit` says.

        Of trades and closed candles, those that have been told already are left out, whoever publishes them again.
        """
        for admitted in self.tracker.admit(envelope):
            event = self._deduplicator.admit(admitted)
            if event is None:
                self.tracker.doubled += 1
                continue
            if self._keeps_last_value and event.is_held:
                self._last = (event, at)
            self._hand_out(event)

    def cut_off(self, since: int) -> None:
        """Note that what was published since (ms since the epoch) may not have come, and hold no value of before.

        The bridge sends its newest event again, which tells by its number whether anything is missing.
        """
        self._last = None
        if self.topic.needs_exchange:
            self.tracker.cut_off(since)

    def tell_cut_off(self, resync: Resync) -> None:
        """Tell readers what may be missing, where no number can."""
        if not self.topic.needs_exchange:
            self.tracker.lost += 1
            self._hand_out(resync)

    def _hand_out(self, event: Event) -> None:
        for (encoder, channel), receivers in self._receivers.items():
            frames = encoder.encode(event, channel)
            for push in receivers.values():
                push(frames)
        for callback in self._callbacks:
            callback(event)

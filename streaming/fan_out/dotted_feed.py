"""A feed of dotted names: one group of the channel layer in this process, with everybody here who watches it.

Whoever watches says of each event whether it wants it; an event is encoded once for each encoder that has a watcher who
does, under the event's own channel. Nothing in here waits.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Protocol

from streaming.events import Envelope, Event, NamedEvent, NamedUpdate, Resync
from streaming.fan_out.channel_state import ChannelState
from streaming.fan_out.frames import Frame
from streaming.fan_out.topic_feed import Encoder

MAXIMUM_CHANNELS = 10_000
"""Of a group's channels, and of its producers, those that were longest silent are forgotten beyond so many."""

NamedCallback = Callable[[NamedEvent], None]
FramesOf = Callable[[str], Sequence[Frame]]
"""Returns the frames that tell something under a channel's name."""


class Watcher(Protocol):
    """What takes frames of dotted names for one connection; neither method may wait or raise, nor watch or unwatch."""

    def wants(self, event: NamedEvent) -> bool:
        """Return whether the connection subscribed the event's channel, and may read it."""
        ...

    def push(self, frames: Sequence[Frame], event: NamedEvent) -> None:
        """Take the frames of an event that it wants, or of what was lost before it, to be sent in this order."""
        ...

    def tell_cut_off(self, resync: Resync, frames_of: FramesOf) -> None:
        """Tell the connection under its own names what may be missing; each of its groups says the same."""
        ...


class Epochs:
    """The highest epoch seen of each producer; a lower one comes from a producer that another has superseded.

    Epoch 0 is a producer's that holds no lease: nothing supersedes it, and it supersedes nothing.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._seen: dict[str, int] = {}

    def admit(self, producer: str, epoch: int) -> bool:
        """Return whether an event of `epoch` counts, and count those that don't."""
        if epoch == 0:
            return True
        seen = self._seen.pop(producer, 0)
        self._seen[producer] = max(seen, epoch)
        if len(self._seen) > MAXIMUM_CHANNELS:
            del self._seen[next(iter(self._seen))]
        if epoch < seen:
            self.dropped += 1
        return epoch >= seen


class DottedFeed:
    """The watchers of one group in this process, and the newest value of each state channel in it.

    A value is held for `maximum_age` seconds. Epochs are compared for each instance by itself, because instances may
    have different producers, and for each of the system's channels. Numbers are watched of each channel whose every
    event counts; a state makes up for those that were lost before it.
    """

    def __init__(self, group: str, *, maximum_age: float) -> None:
        self.group = group
        self.references = 0
        self.epochs = Epochs()
        self._trackers: dict[str, ChannelState] = {}
        """By channel, the longest silent first."""
        self._maximum_age = maximum_age
        self._held: dict[str, tuple[NamedUpdate, float]] = {}
        """In the order of their coming."""
        self._watchers: dict[Encoder, dict[Watcher, None]] = {}
        self._callbacks: dict[NamedCallback, None] = {}

    @property
    def key(self) -> str:
        """Under which the process's hub knows the feed."""
        return self.group

    def watch(self, encoder: Encoder, watcher: Watcher) -> None:
        """Offer `watcher` what comes from now on."""
        self._watchers.setdefault(encoder, {})[watcher] = None

    def unwatch(self, encoder: Encoder, watcher: Watcher) -> None:
        """Offer `watcher` nothing more; harmless where it doesn't watch."""
        watchers = self._watchers.get(encoder, {})
        watchers.pop(watcher, None)
        if not watchers:
            self._watchers.pop(encoder, None)

    def add_callback(self, callback: NamedCallback) -> None:
        """Call `callback` with every event from now on; it must neither wait nor raise."""
        self._callbacks[callback] = None

    def remove_callback(self, callback: NamedCallback) -> None:
        """Call `callback` no more; harmless where it was not added."""
        self._callbacks.pop(callback, None)

    def held(self, now: float) -> list[NamedUpdate]:
        """Return the newest values of the state channels that are fresh at `now` (monotonic seconds), oldest first."""
        self._forget_old(now)
        return [event for event, _ in self._held.values()]

    def cut_off(self, since: int) -> None:
        """Note that what was published since may not have come, and hold no value of before: the cache may have newer.

        That is told at once, by `tell_cut_off`; numbers are watched anew from there.
        """
        self._held.clear()
        self._trackers.clear()

    def tell_cut_off(self, resync: Resync) -> None:
        """Tell the watchers what may be missing of what they subscribed: who names no instance knows not of which."""
        for encoder, watchers in self._watchers.items():
            frames_of = cache(partial(encoder.encode, resync))
            for watcher in watchers:
                watcher.tell_cut_off(resync, frames_of)

    def deliver(self, envelope: Envelope, at: float) -> None:
        """Offer the event to every watcher, and what was lost before it.

        It is left out where its producer has been superseded by a later one, or where it is sent again and has come.
        """
        event = envelope.event
        if not isinstance(event, NamedEvent) or not self.epochs.admit(_producer(event.channel), envelope.epoch):
            return
        if event.is_held:
            self._hold(event, at)
        for told in (event,) if event.is_state else self._tracker(event.channel).admit(envelope):
            self._offer(event, told)

    def _offer(self, event: NamedEvent, told: Event) -> None:
        """Tell the event, or what was lost before it, to those who want the event."""
        for encoder, watchers in self._watchers.items():
            frames: Sequence[Frame] | None = None
            for watcher in watchers:
                if watcher.wants(event):
                    if frames is None:
                        frames = encoder.encode(told, event.channel)
                    watcher.push(frames, event)
        if told is event:
            for callback in self._callbacks:
                callback(event)

    def _tracker(self, channel: str) -> ChannelState:
        known = self._trackers.pop(channel, None)
        tracker = self._trackers[channel] = ChannelState() if known is None else known
        if len(self._trackers) > MAXIMUM_CHANNELS:
            del self._trackers[next(iter(self._trackers))]
        return tracker

    def _hold(self, event: NamedUpdate, at: float) -> None:
        self._held.pop(event.channel, None)
        self._held[event.channel] = (event, at)
        self._forget_old(at)

    def _forget_old(self, now: float) -> None:
        while self._held and self._held[channel := next(iter(self._held))][1] < now - self._maximum_age:
            del self._held[channel]


def _producer(channel: str) -> str:
    """Return what tells producers apart: the instance, or the channel itself where there is none."""
    return channel.rpartition(".")[0] if channel.count(".") > 1 else channel

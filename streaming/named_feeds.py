"""A feed of dotted names: one group of the channel layer in this process, with everybody here who watches it.

Whoever watches says of each event whether it wants it; an event is encoded once for each encoder that has a watcher who
does, under the event's own channel. Nothing in here waits.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from streaming.events import Envelope, NamedEvent, NamedUpdate
from streaming.feeds import Encoder
from streaming.frames import Frame

NamedCallback = Callable[[NamedEvent], None]


class Watcher(Protocol):
    """What takes frames of dotted names for one connection; neither method may wait or raise, nor watch or unwatch."""

    def wants(self, event: NamedEvent) -> bool:
        """Return whether the connection subscribed the event's channel, and may read it."""
        ...

    def push(self, frames: Sequence[Frame], event: NamedEvent) -> None:
        """Take the frames of an event that it wants, to be sent in this order."""
        ...


class Epochs:
    """The highest epoch seen of each producer; a lower one comes from a producer that another has superseded.

    Epoch 0 is a producer's that holds no lease: nothing supersedes it, and it supersedes nothing. Of the producers that
    were longest silent, those over `MAXIMUM` are forgotten.
    """

    MAXIMUM = 10_000

    def __init__(self) -> None:
        self.dropped = 0
        self._seen: dict[str, int] = {}

    def admit(self, producer: str, epoch: int) -> bool:
        """Return whether an event of `epoch` counts, and count those that don't."""
        if epoch == 0:
            return True
        seen = self._seen.pop(producer, 0)
        self._seen[producer] = max(seen, epoch)
        if len(self._seen) > self.MAXIMUM:
            del self._seen[next(iter(self._seen))]
        if epoch < seen:
            self.dropped += 1
        return epoch >= seen


class NamedFeed:
    """The watchers of one group in this process, and the newest value of each state channel in it.

    A value is held for `maximum_age` seconds. Epochs are compared for each instance by itself, because instances may
    have different producers, and for each of the system's channels.
    """

    def __init__(self, group: str, *, maximum_age: float) -> None:
        self.group = group
        self.references = 0
        self.epochs = Epochs()
        self._maximum_age = maximum_age
        self._held: dict[str, tuple[NamedUpdate, float]] = {}
        """In the order of their coming."""
        self._watchers: dict[Encoder, dict[Watcher, None]] = {}
        self._callbacks: dict[NamedCallback, None] = {}

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

    def cut_off(self) -> None:
        """Hold no value of before a cut: the shared cache may have newer ones."""
        self._held.clear()

    def deliver(self, envelope: Envelope, at: float) -> None:
        """Offer the event to every watcher; drop it where its producer has been superseded by a later one."""
        event = envelope.event
        if not isinstance(event, NamedEvent) or not self.epochs.admit(_producer(event.channel), envelope.epoch):
            return
        if event.is_held:
            self._hold(event, at)
        for encoder, watchers in self._watchers.items():
            frames: Sequence[Frame] | None = None
            for watcher in watchers:
                if watcher.wants(event):
                    if frames is None:
                        frames = encoder.encode(event, event.channel)
                    watcher.push(frames, event)
        for callback in self._callbacks:
            callback(event)

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

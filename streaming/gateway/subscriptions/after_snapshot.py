"""Which live events a subscriber that was told a snapshot is still to be told: what the snapshot doesn't hold. Pure."""

from collections.abc import Hashable, Sequence
from typing import Any

import msgspec

from streaming.events import Event, Resync
from streaming.fan_out.feed import Encoder
from streaming.fan_out.frames import Frame
from streaming.topics.topic import Snapshot

MOST_WAITING = 20_000
"""More events aren't kept while a snapshot is read: the client is told that something is missing."""
COVERED_SECONDS = 60.0
"""So long after a snapshot an event that it holds may still come: its producer may have been taken over from."""


class SnapshotCover:
    """What a snapshot holds, until something newer has come of each."""

    def __init__(self, snapshot: Snapshot, told: Sequence[Event]) -> None:
        self._version_of = snapshot.version_of
        self._types = {type(event) for event in told}
        self._held: dict[Hashable, tuple[Any, Event]] = {}
        for event in told:
            about, version = self._version_of(event)
            self._held[about] = version, event

    def __bool__(self) -> bool:
        """Return whether anything may be left out."""
        return bool(self._held)

    def admits(self, event: Event) -> bool:
        """Return whether an event is news to whoever was told the snapshot."""
        if type(event) not in self._types:
            return True
        about, version = self._version_of(event)
        if about not in self._held:
            return True
        held_version, held = self._held[about]
        if version < held_version or (version == held_version and _is_same(event, held)):
            return False
        del self._held[about]
        return True

    def newest(self, event: Event) -> Event:
        """Return an event where it is news to whoever was told the snapshot, else what that held of the same."""
        if self.admits(event):
            return event
        about, _ = self._version_of(event)
        return self._held[about][1]


def _is_same(event: Event, held: Event) -> bool:
    return msgspec.structs.replace(event, time=held.time) == held


class AfterSnapshot:
    """Encodes a topic's events for one subscriber: keeps what comes before `begin`, then leaves out what it must."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._waiting: list[Event] | None = []
        self._cover: SnapshotCover | None = None
        self._lost: Resync | None = None

    @property
    def is_done(self) -> bool:
        """True once nothing can be left out any more."""
        return self._waiting is None and not self._cover

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        """Return the frames of an event that is to be told now, none of another."""
        if self._waiting is not None:
            self._keep(self._waiting, event)
            return ()
        if self._cover is not None and not self._cover.admits(event):
            return ()
        return self._encoder.encode(event, channel)

    def begin(self, snapshot: Snapshot, told: Sequence[Event], channel: str) -> list[Frame]:
        """Return the frames of the snapshot, and of what has come meanwhile; what comes then is told as it comes."""
        waiting, self._waiting = self._waiting or [], None
        if self._lost is not None:
            waiting.append(self._lost)
        self._cover = SnapshotCover(snapshot, told)
        frames = [frame for event in told for frame in self._encoder.encode(event, channel)]
        return frames + [frame for event in waiting for frame in self.encode(event, channel)]

    def _keep(self, waiting: list[Event], event: Event) -> None:
        if len(waiting) < MOST_WAITING:
            waiting.append(event)
            return
        since = event.time if self._lost is None else self._lost.start
        self._lost = Resync(time=event.time, start=since, end=event.time, complete=False)

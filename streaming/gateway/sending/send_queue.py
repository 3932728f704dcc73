"""What one connection still has to be sent: ordered, counted, and conflated where its reader is slow. Pure."""

from itertools import islice

from streaming.fan_out.frames import Frame

_Entry = tuple[Frame, float, int]
"""A frame, when it came, and how many that are all kept were added before it; no class, which would take longer."""


class SendQueue:
    """Frames in the order in which they are to be sent.

    Sequence frames are all kept; of state frames that are added while `conflate` is set, only the newest of each
    conflation key is kept: at the place of the one before it, so that each key's turn comes however often it changes,
    or last where a sequence frame came since, which it may not overtake. `bytes` counts all that waits,
    `sequence_bytes` what may not be dropped.

    However many wait, to add one, to read the first and to tell when the oldest came costs the same.
    """

    __slots__ = ("_entries", "_next", "_oldest", "bytes", "conflated", "sequence_bytes")

    def __init__(self) -> None:
        self._entries: dict[str | int, _Entry] = {}
        """By conflation key; what is kept anyway by numbers that count up, so that the oldest has the least."""
        self._next = 0
        self._oldest = 0
        """No number below it waits."""
        self.bytes = 0
        self.sequence_bytes = 0
        self.conflated = 0

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self._entries)

    def add(self, frame: Frame, at: float, *, conflate: bool) -> None:
        """Queue a frame that came at `at` (monotonic seconds)."""
        if frame.conflation_key is None or not conflate:
            self._entries[self._next] = (frame, at, self._next)
            self._next += 1
        else:
            self._displace(frame.conflation_key)
            self._entries[frame.conflation_key] = (frame, at, self._next)
        self._count(frame, 1)

    def conflate(self) -> None:
        """Keep of the state frames that wait only the newest of each conflation key, as if added while conflating."""
        entries = list(self._entries.values())
        self.clear()
        for frame, at, _ in entries:
            self.add(frame, at, conflate=True)

    def first(self, maximum_bytes: int) -> list[Frame]:
        """Return frames from the front: at least one where there is any, and no more than fit in `maximum_bytes`."""
        frames: list[Frame] = []
        size = 0
        for frame, _, _ in self._entries.values():
            size += len(frame.wire)
            if frames and size > maximum_bytes:
                break
            frames.append(frame)
        return frames

    def remove(self, count: int) -> None:
        """Forget `count` frames from the front, or all where fewer wait."""
        for key in list(islice(self._entries, count)):
            self._forget(key)
            if isinstance(key, int):
                self._oldest = key + 1

    def take(self, maximum_bytes: int) -> list[Frame]:
        """Return what `first` does, and remove it."""
        frames = self.first(maximum_bytes)
        self.remove(len(frames))
        return frames

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._oldest = self._next
        self.bytes = self.sequence_bytes = 0

    def oldest_sequence_at(self) -> float | None:
        """Return when the sequence frame came that waits longest, or None where none waits."""
        if not self.sequence_bytes:
            return None
        while not self._entries[self._oldest][0].is_sequence:  # a state frame that was added without conflating
            self._oldest += 1
        return self._entries[self._oldest][1]

    def _displace(self, key: str) -> None:
        """Take out the older frame of a key, if one waits; its place is kept where the newer may have it."""
        if key not in self._entries:
            return
        self.conflated += 1
        older, _, before = self._entries[key]
        if before == self._next:
            self._count(older, -1)
        else:
            self._forget(key)

    def _forget(self, key: str | int) -> None:
        self._count(self._entries.pop(key)[0], -1)

    def _count(self, frame: Frame, sign: int) -> None:
        size = sign * len(frame.wire)
        self.bytes += size
        if frame.is_sequence:
            self.sequence_bytes += size

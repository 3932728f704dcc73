"""What one connection still has to be sent: ordered, counted, and conflated where its reader is slow. Pure."""

from collections.abc import Iterable, Sequence
from itertools import islice

from streaming.fan_out.frames import Frame


class SendQueue:
    """Frames in the order in which they are to be sent.

    Sequence frames are all kept; of state frames that are added while `conflate` is set, only the newest of each
    conflation key is kept: at the place of the one before it, so that each key's turn comes however often it changes,
    or last where a sequence frame came since, which it may not overtake. `bytes` counts all that waits,
    `sequence_bytes` what may not be dropped.
    """

    __slots__ = ("_behind_sequence", "_entries", "_next", "bytes", "conflated", "sequence_bytes")

    def __init__(self) -> None:
        self._entries: dict[str | int, tuple[Frame, float]] = {}
        self._behind_sequence: set[str] = set()
        """The keys of the state frames that came after the last sequence frame."""
        self._next = 0
        self.bytes = 0
        self.sequence_bytes = 0
        self.conflated = 0

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self._entries)

    def add(self, frame: Frame, at: float, *, conflate: bool) -> None:
        """Queue a frame that came at `at` (monotonic seconds)."""
        key: str | int
        if frame.conflation_key is None or not conflate:
            key = self._next
            self._next += 1
            self._behind_sequence.clear()
        else:
            key = frame.conflation_key
            self._displace(key)
            self._behind_sequence.add(key)
        self._entries[key] = (frame, at)
        self._count(frame, 1)

    def put_back(self, frames: Sequence[Frame], at: float) -> None:
        """Queue frames that were taken, in order, before all others; they count as come at `at`."""
        entries = [*((frame, at) for frame in frames), *self._entries.values()]
        self._add_anew(entries)

    def conflate(self) -> None:
        """Keep of the state frames that wait only the newest of each conflation key, as if added while conflating."""
        self._add_anew(list(self._entries.values()))

    def take(self, maximum_bytes: int) -> list[Frame]:
        """Take frames from the front: at least one where there is any, and no more than fit in `maximum_bytes`."""
        taken: list[Frame] = []
        size = 0
        for frame, _ in self._entries.values():
            size += len(frame.wire)
            if taken and size > maximum_bytes:
                break
            taken.append(frame)
        for key in list(islice(self._entries, len(taken))):
            self._forget(key)
        return taken

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._behind_sequence.clear()
        self.bytes = self.sequence_bytes = 0

    def oldest_sequence_at(self) -> float | None:
        """Return when the sequence frame came that waits longest, or None where none waits."""
        for frame, at in self._entries.values():
            if frame.is_sequence:
                return at
        return None

    def _add_anew(self, entries: Iterable[tuple[Frame, float]]) -> None:
        self.clear()
        for frame, at in entries:
            self.add(frame, at, conflate=True)

    def _displace(self, key: str) -> None:
        """Take out the older frame of a key, if one waits; its place is kept where the newer may have it."""
        if key not in self._entries:
            return
        self.conflated += 1
        if key in self._behind_sequence:
            self._count(self._entries[key][0], -1)
        else:
            self._forget(key)

    def _forget(self, key: str | int) -> None:
        frame, _ = self._entries.pop(key)
        self._count(frame, -1)

    def _count(self, frame: Frame, sign: int) -> None:
        size = sign * len(frame.wire)
        self.bytes += size
        if frame.is_sequence:
            self.sequence_bytes += size

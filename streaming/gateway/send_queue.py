"""What one connection still has to be sent: ordered, counted, and conflated where its reader is slow. Pure."""

from streaming.frames import Frame


class SendQueue:
    """Frames in the order in which they are to be sent.

    Sequence frames are all kept, and counted in bytes; of state frames that are added while `conflate` is set, only the
    newest of each conflation key is kept, at the place of the newest.
    """

    def __init__(self) -> None:
        self._entries: dict[str | int, tuple[Frame, float]] = {}
        self._next = 0
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
        else:
            key = frame.conflation_key
            if self._entries.pop(key, None) is not None:
                self.conflated += 1
        self._entries[key] = (frame, at)
        if frame.is_sequence:
            self.sequence_bytes += len(frame.wire)

    def take(self, maximum_bytes: int) -> list[Frame]:
        """Take frames from the front: at least one where there is any, and no more than fit in `maximum_bytes`."""
        taken: list[Frame] = []
        size = 0
        for frame, _ in self._entries.values():
            size += len(frame.wire)
            if taken and size > maximum_bytes:
                break
            taken.append(frame)
        for key in list(self._entries)[: len(taken)]:
            frame, _ = self._entries.pop(key)
            if frame.is_sequence:
                self.sequence_bytes -= len(frame.wire)
        return taken

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.sequence_bytes = 0

    def oldest_sequence_at(self) -> float | None:
        """Return when the sequence frame came that waits longest, or None where none waits."""
        for frame, at in self._entries.values():
            if frame.is_sequence:
                return at
        return None

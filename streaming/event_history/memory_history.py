"""The history of events in the memory of one process, where gateway and bridge are one: the demo."""

import secrets
from collections import deque
from collections.abc import Collection, Sequence

import msgspec

from streaming.clock import Clock
from streaming.event_history.history import Append, Entry, HistoryLimits, Kept, Position


class _End(msgspec.Struct):
    """Where a channel's history ends: its position, its last producer's numbers, and when it moved (monotonic)."""

    position: Position
    fencing_number: int
    sequence: int
    moved_at: float


class _Dated(msgspec.Struct, frozen=True):
    entry: Entry
    number: tuple[int, int]
    added_at: float


class MemoryEventHistory:
    """Events held in this process."""

    def __init__(self, limits: HistoryLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._ends: dict[str, _End] = {}
        self._entries: dict[str, deque[_Dated]] = {}
        """Both by channel, the longest silent first."""

    async def append(self, appends: Sequence[Append]) -> tuple[Position | None, ...]:
        """Add events in this order; return the position behind each, None for one that is refused."""
        now = self._clock.monotonic()
        positions = tuple(self._append(one, now) for one in appends)
        self._forget_silent(now)
        return positions

    async def end_epochs(self, keys: Collection[str], fencing_number: int) -> None:
        """Begin new epochs of channels that aren't told any more."""
        now = self._clock.monotonic()
        for key in keys:
            end = self._ends.get(key)
            if end is not None and end.fencing_number <= fencing_number:
                del self._ends[key]
                self._ends[key] = self._begin(key, end, now)

    async def read(self, key: str, since: Position | None = None) -> Kept | None:
        """Return where a channel's history ends, and what is kept of it behind `since`; None where there is none."""
        self._forget_silent(self._clock.monotonic())
        end = self._ends.get(key)
        if end is None:
            return None
        if since is None or since.epoch != end.position.epoch:
            return Kept(end.position)
        kept = (dated.entry for dated in self._entries.get(key, ()))
        return Kept(end.position, tuple(entry for entry in kept if entry.seq > since.seq))

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _append(self, new: Append, now: float) -> Position | None:
        end = self._ends.get(new.key)
        if end is not None:
            if 0 < new.fencing_number < end.fencing_number:
                return None
            if new.fencing_number and _number(new) <= (end.fencing_number, end.sequence):
                return self._added_before(new, end)
        if end is None or new.begins_epoch:
            end = self._begin(new.key, end, now)
        self._ends.pop(new.key, None)
        self._ends[new.key] = end
        end.position = msgspec.structs.replace(end.position, seq=end.position.seq + new.count)
        end.moved_at = now
        if new.fencing_number:
            end.fencing_number, end.sequence = new.fencing_number, new.sequence
        self._keep(new, end.position.seq, now)
        return end.position

    def _begin(self, key: str, before: _End | None, now: float) -> _End:
        numbers = (0, 0) if before is None else (before.fencing_number, before.sequence)
        self._entries.pop(key, None)
        return _End(Position(secrets.token_hex(8), 0), *numbers, now)

    def _keep(self, new: Append, seq: int, now: float) -> None:
        entries = self._entries.pop(new.key, None) or deque()
        self._entries[new.key] = entries
        entries.append(_Dated(Entry(seq, new.count, new.body), _number(new), now))
        oldest = now - self._limits.seconds
        while entries[0].entry.seq <= seq - self._limits.frames or entries[0].added_at < oldest:
            entries.popleft()

    def _added_before(self, again: Append, end: _End) -> Position | None:
        for dated in reversed(self._entries.get(again.key, ())):
            if dated.number == _number(again):
                return Position(end.position.epoch, dated.entry.seq)
        return None

    def _forget_silent(self, now: float) -> None:
        while self._entries and next(iter(self._entries.values()))[-1].added_at < now - self._limits.seconds:
            del self._entries[next(iter(self._entries))]
        while self._ends and next(iter(self._ends.values())).moved_at < now - self._limits.position_seconds:
            del self._ends[next(iter(self._ends))]


def _number(event: Append) -> tuple[int, int]:
    return event.fencing_number, event.sequence

"""The history of events in the memory of one process, where gateway and bridge are one: the demo."""

from collections import deque
from collections.abc import Collection, Sequence

import msgspec

from streaming.clock import Clock
from streaming.event_history.history import MOST_STORED, Append, Entry, HistoryLimits, Kept, Position, new_epoch
from streaming.layer.channel_layer import ANY_HOST


class _End(msgspec.Struct):
    """Where a channel's history ends: its position, its last producer's numbers, and when it moved (monotonic).

    `stored` holds the ids of its last stored events, the first added first.
    """

    position: Position
    fencing_number: int
    sequence: int
    moved_at: float
    stored: dict[int, None]


class _Dated(msgspec.Struct, frozen=True):
    """An entry with what it is known by, and when it was added (monotonic)."""

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

    async def forget(self, keys: Collection[str]) -> None:
        """Keep nothing of channels, nor where they end."""
        for key in keys:
            self._ends.pop(key, None)
            self._entries.pop(key, None)

    def host_of(self, key: str) -> str:
        """Return what stands for the one place where all is."""
        return ANY_HOST

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _append(self, new: Append, now: float) -> Position | None:
        end = self._ends.get(new.key)
        if end is not None:
            if 0 < new.fencing_number < end.fencing_number:
                return None
            if _was_added(new, end):
                return self._added_before(new, end)
        if end is None or new.begins_epoch:
            end = self._begin(new.key, end, now)
        self._ends.pop(new.key, None)
        self._ends[new.key] = end
        end.position = msgspec.structs.replace(end.position, seq=end.position.seq + new.count)
        end.moved_at = now
        if new.fencing_number:
            end.fencing_number, end.sequence = new.fencing_number, new.sequence
        if new.stored:
            _note_stored(end.stored, new.stored)
        self._keep(new, end.position.seq, now)
        return end.position

    def _begin(self, key: str, before: _End | None, now: float) -> _End:
        self._entries.pop(key, None)
        start = Position(new_epoch(), 0)
        if before is None:
            return _End(start, 0, 0, now, {})
        return _End(start, before.fencing_number, before.sequence, now, before.stored)

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
    """Return what an event is known by: its id where it is stored, else its producer's fencing number and count."""
    return (0, event.stored) if event.stored else (event.fencing_number, event.sequence)


def _was_added(event: Append, end: _End) -> bool:
    if event.stored:
        return event.stored in end.stored
    return event.fencing_number > 0 and _number(event) <= (end.fencing_number, end.sequence)


def _note_stored(stored: dict[int, None], new: int) -> None:
    stored[new] = None
    if len(stored) > MOST_STORED:
        del stored[next(iter(stored))]

"""From history to what comes live, without a hole and without a double. Pure.

A channel is heard before its history is read, and what comes meanwhile is held. A producer adds an event to the history
before it tells it, so whatever was heard before a reading began is in what was read, or of an epoch that has ended.
"""

from streaming.event_history.history import Entry
from streaming.event_history.recovery import Recovery


class HeldEvents:
    """What comes live on one channel while its history is read."""

    def __init__(self) -> None:
        self._held: list[tuple[str, Entry]] = []

    def begin_reading(self) -> None:
        """Note that the history is read from now on; what came before will be in it."""
        self._held.clear()

    def hold(self, epoch: str, entry: Entry) -> None:
        """Keep what came live, in the order of its coming."""
        self._held.append((epoch, entry))

    def behind(self, recovery: Recovery) -> tuple[Entry, ...] | None:
        """Return what is to be told behind a recovery, be it one or not; None where the history is to be read again.

        That is so where something is missing between the two, or where the epoch has changed meanwhile.
        """
        if recovery.end is None:
            return tuple(entry for _, entry in self._held)
        reached, live = recovery.end.seq, []
        for epoch, entry in self._held:
            if epoch != recovery.end.epoch or entry.first_seq > reached + 1:
                return None
            if entry.seq > reached:
                live.append(entry)
                reached = entry.seq
        return tuple(live)

"""Whether somebody who was away can be told all that was missed: all of it, in order, or nothing. Pure."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from streaming.event_history.history import Entry, Kept, Position


class NotRecovered(StrEnum):
    """Why what was missed can't be told."""

    OTHER_EPOCH = "other_epoch"
    """The history of that epoch has ended, or never was."""
    AHEAD = "ahead"
    """The number is higher than any that was given."""
    TOO_OLD = "too_old"
    """Some of what was missed is kept no longer."""
    UNAVAILABLE = "unavailable"
    """The history can't be asked now."""


class Recovery(msgspec.Struct, frozen=True):
    """What somebody missed: all of `missed`, but the first `skipped` frames of its first entry; or why that is unknown.

    `end` is where the channel stands behind it; None where nothing is known of that.
    """

    end: Position | None
    missed: tuple[Entry, ...] = ()
    skipped: int = 0
    reason: NotRecovered | None = None

    @property
    def is_recovered(self) -> bool:
        """True where it is told completely."""
        return self.reason is None


def recover(since: Position, kept: Kept | None) -> Recovery:
    """Return what was missed since a position, given what is kept behind it."""
    if kept is None:
        return Recovery(None, reason=NotRecovered.OTHER_EPOCH)
    if kept.end.epoch != since.epoch:
        return Recovery(kept.end, reason=NotRecovered.OTHER_EPOCH)
    if since.seq > kept.end.seq:
        return Recovery(kept.end, reason=NotRecovered.AHEAD)
    missed = tuple(entry for entry in kept.entries if entry.seq > since.seq)
    if not _leads(missed, since.seq, kept.end.seq):
        return Recovery(kept.end, reason=NotRecovered.TOO_OLD)
    return Recovery(kept.end, missed, skipped=since.seq - missed[0].first_seq + 1 if missed else 0)


def _leads(entries: Sequence[Entry], start: int, end: int) -> bool:
    """Return whether the entries lead from one number to another without a hole."""
    reached = start
    for entry in entries:
        if entry.first_seq > reached + 1:
            return False
        reached = entry.seq
    return reached == end

"""What one client was told of one numbered channel: whether each number came, and came once. Pure."""

import msgspec

from streaming.event_history.history import Position

_NOWHERE = Position("-", 0)


class NumberCounts(msgspec.Struct, kw_only=True):
    """What was wrong with the numbers of channels, summed up; all are 0 where nothing was."""

    lost: int = 0
    """Numbers that were passed over, or that never came though they were told."""
    doubled: int = 0
    """Numbers that had come before."""
    not_recovered: int = 0
    """Returns after which it was told that something may be missing."""
    untold_epochs: int = 0
    """Frames of another epoch than that of which the client was told."""

    def add(self, other: "NumberCounts") -> None:
        """Add what others were told."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class NumberLedger:
    """One client's numbers on one channel, from one subscription's answer through all its returns."""

    __slots__ = ("_is_subscribed", "_owed", "counts", "epoch", "seq")

    def __init__(self) -> None:
        self.epoch, self.seq = _NOWHERE.epoch, _NOWHERE.seq
        self.counts = NumberCounts()
        self._owed = 0
        self._is_subscribed = False

    @property
    def since(self) -> Position | None:
        """The last that the client saw; None before it saw anything."""
        return None if self.epoch == _NOWHERE.epoch else Position(self.epoch, self.seq)

    @property
    def is_up_to_date(self) -> bool:
        """True where it has got all up to where the channel stood when its subscription was answered."""
        return self._is_subscribed and self.seq >= self._owed

    def leave(self) -> None:
        """Note that the connection has ended."""
        self._is_subscribed = False

    def answer(self, end: Position | None, *, recovered: bool | None) -> None:
        """Take where the channel stands, as a subscription is answered.

        `end` is None where that isn't known, `recovered` for who is new.
        """
        self._is_subscribed = True
        stands = end or _NOWHERE
        self._owed = stands.seq
        if recovered:
            self.counts.untold_epochs += stands.epoch != self.epoch
            return
        self.counts.not_recovered += recovered is False
        self.epoch, self.seq = stands.epoch, stands.seq

    def take(self, epoch: str, seq: int) -> None:
        """Take a frame's number."""
        if epoch != self.epoch:
            self.counts.untold_epochs += self.epoch != _NOWHERE.epoch
            self.epoch, self.seq, self._owed = epoch, seq, 0
        elif seq <= self.seq:
            self.counts.doubled += 1
        else:
            self.counts.lost += seq - self.seq - 1
            self.seq = seq

    def end(self, last: Position) -> None:
        """Take where the channel ended: what has not come by then is lost."""
        if last.epoch == self.epoch:
            self.counts.lost += max(0, last.seq - self.seq)
            self.seq = max(self.seq, last.seq)
        else:
            self.counts.untold_epochs += 1

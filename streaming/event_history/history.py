"""The history of channels' events, behind one interface: in memory, or in Redis."""

import secrets
from collections.abc import Collection, Sequence
from typing import Annotated, Protocol

import msgspec

LARGEST_SEQ = 2**53 - 1
"""The largest number that every client reads exactly from JSON, and Redis' scripts calculate with."""
LONGEST_EPOCH = 64
_EPOCH_BYTES = 6
"""It comes in every numbered frame, so it is short: a channel's earlier ones are few, none is met again by chance."""
MOST_STORED = 500
"""Ids of stored events that are remembered of one channel: as many as a worker publishes before it deletes them."""


def new_epoch() -> str:
    """Return a name for a history's new life: 8 characters of base64url (RFC 4648, 5), at random."""
    return secrets.token_urlsafe(_EPOCH_BYTES)


class Position(msgspec.Struct, frozen=True):
    """A place in a channel's history: behind the frame of number `seq`, in the life of the history called `epoch`.

    Frames are numbered from 1 in each life; 0 stands before the first.
    """

    epoch: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_EPOCH)]
    seq: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_SEQ)]


class Entry(msgspec.Struct, frozen=True):
    """One event of a history. It is told in `count` frames, of which the last has the number `seq`."""

    seq: int
    count: int
    body: bytes

    @property
    def first_seq(self) -> int:
        """The number of its first frame."""
        return self.seq - self.count + 1


class Place(msgspec.Struct, frozen=True):
    """Where an event stands in a history: it is told in `count` frames, of which the last has the number `seq`."""

    epoch: str
    seq: int
    count: int

    @property
    def first_seq(self) -> int:
        """The number of its first frame."""
        return self.seq - self.count + 1

    @property
    def position(self) -> Position:
        """The position behind it."""
        return Position(self.epoch, self.seq)


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """An event that its producer adds to the history of the channel `key`, and that is told in `count` frames.

    `fencing_number` and `sequence` are the producer's own, as in an event's envelope: by them an event that is added
    again, because no answer came, is known; so nothing else may be added under the same. A producer that holds no lease
    has the fencing number 0: what it adds is always new. `stored` is the id under which an event is stored until its
    producer knows it published, 0 where it isn't: by that it is known instead, whoever adds it again, for as long as
    the channel's position is. `begins_epoch` says that events were told which the history lacks: what is kept is of no
    use any more.
    """

    key: str
    body: bytes
    count: int = 1
    fencing_number: int = 0
    sequence: int = 0
    stored: int = 0
    begins_epoch: bool = False


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a channel behind somebody's position: where its history ends, and the entries, oldest first."""

    end: Position
    entries: tuple[Entry, ...] = ()


class HistoryLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is kept of each channel.

    `frames`: those with the newest numbers, rounded up to whole events. `seconds`: how old an event may be when a newer
    one comes, and how long the channel may be silent, before it is forgotten. `position_seconds`: how long a silent
    channel's epoch and number are known; who missed nothing is told so for as long.
    """

    frames: int = 1000
    seconds: float = 300.0
    position_seconds: float = 86_400.0


class HistoryUnavailableError(Exception):
    """The history can't be asked now."""


class EventHistory(Protocol):
    """The events of channels, numbered in one place: where they are kept."""

    async def append(self, appends: Sequence[Append]) -> tuple[Position | None, ...]:
        """Add events in this order; return the position behind each.

        None stands for one that is refused, as a producer of a higher fencing number has added to the channel since, or
        as it was added before and is forgotten. Adding all of them again is safe. Raise `HistoryUnavailableError`; then
        some may have been added.
        """
        ...

    async def end_epochs(self, keys: Collection[str], fencing_number: int) -> None:
        """Begin new epochs of channels that aren't told any more: what happens from now on is missing in these.

        One to which a producer of a higher fencing number has added is left as it is, and one without a history. Raise
        `HistoryUnavailableError`; then some may have ended.
        """
        ...

    async def read(self, key: str, since: Position | None = None) -> Kept | None:
        """Return where a channel's history ends, and what is kept of it behind `since`; None where there is none.

        `recovery.recover` judges whether that is all. Raise `HistoryUnavailableError`.
        """
        ...

    async def forget(self, keys: Collection[str]) -> None:
        """Keep nothing of channels, nor where they end: who resumes one is told that it isn't known.

        Raise `HistoryUnavailableError`; then some may be forgotten.
        """
        ...

    def host_of(self, key: str) -> str:
        """Return the name of the host at which a channel's history is, which may be away while others aren't."""
        ...

    async def close(self) -> None:
        """Let go of connections; calling it twice is harmless."""
        ...

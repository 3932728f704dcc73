"""The ledger of a witness: what it saw on one channel in one stay, and what struck it at once. Pure.

A stay begins with the acknowledgement of the subscription and ends when the witness leaves or is disconnected; after
that, it begins another. Times are ms since the epoch.
"""

from enum import StrEnum

import msgspec

from tests.soak.judging.types import Feed, Item, Resync


class Oddity(StrEnum):
    """What can be wrong with an item that came."""

    DOUBLE = "double"
    """It had come before."""
    DISORDER = "out of order"
    """A later one had come before it, and it is not marked as repaired."""
    WRONG = "wrong values"
    """The exchange made it with other values."""
    INVENTED = "invented"
    """The exchange never made it."""


class Struck(msgspec.Struct, frozen=True):
    """An item that was odd, when it came, and what it came against."""

    oddity: Oddity
    key: int
    at: int
    against: str


class Ledger:
    """What one witness saw of one feed in one stay, from its acknowledgement on."""

    def __init__(self, witness: str, feed: Feed, began_at: int) -> None:
        self.witness = witness
        self.feed = feed
        self.began_at = began_at
        self.ended_at: int | None = None
        self.end_reason = ""
        self.seen: dict[int, int] = {}
        self.struck: list[Struck] = []
        self.resyncs: list[Resync] = []
        self.repaired = 0
        self._live_from: int | None = None
        self._newest = -1

    @property
    def owed_from(self) -> int | None:
        """Since when everything is owed: the first fresh news after the acknowledgement; None before."""
        return None if self._live_from is None else max(self.began_at, self._live_from)

    def alive(self, time: int) -> None:
        """Take that the channel says something of that time; what is older than the stay is a last known value."""
        if self._live_from is None and time >= self.began_at:
            self._live_from = time

    def take(self, item: Item, made: Item | None, at: int, *, repaired: bool = False) -> None:
        """Take an item that came at `at`; `made` is what the exchange made under its key."""
        self.repaired += repaired
        before = self.seen.get(item.key)
        if before is not None:
            self._strike(Oddity.DOUBLE, item, at, f"first seen at {before}")
            return
        if made is None:
            self._strike(Oddity.INVENTED, item, at, "never made")
        elif made.values != item.values:
            self._strike(Oddity.WRONG, item, at, f"{_text(item)} instead of {_text(made)}")
        if item.key < self._newest and not repaired:
            self._strike(Oddity.DISORDER, item, at, f"after {self._newest}")
        self._newest = max(self._newest, item.key)
        self.seen[item.key] = at
        self.alive((made or item).time)

    def resync(self, resync: Resync) -> None:
        """Take what was told of a gap."""
        self.resyncs.append(resync)

    def end(self, at: int, reason: str) -> None:
        """End the stay; calling it twice is harmless."""
        if self.ended_at is None:
            self.ended_at = at
            self.end_reason = reason

    def _strike(self, oddity: Oddity, item: Item, at: int, against: str) -> None:
        self.struck.append(Struck(oddity, item.key, at, against))


def _text(item: Item) -> str:
    return " ".join(f"{value:f}" for value in item.values)

"""What the exchange says is subscribed (`LIST_SUBSCRIPTIONS`), against what we hold to be. Pure.

It answers in order, but is asked while other requests may be on their way: names that these touch are left alone.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from math import inf

import msgspec

from streaming.clock import Clock


class Differences(msgspec.Struct, frozen=True):
    """What we hold to be subscribed and isn't, and what is subscribed though we don't hold it to be."""

    missing: frozenset[str] = frozenset()
    surplus: frozenset[str] = frozenset()


class Inventory:
    """When to ask, and what an answer means.

    It is due at once, `interval` seconds after each answer, and when something makes one doubt; 0: never.
    """

    def __init__(self, interval: float, clock: Clock) -> None:
        self._interval = interval
        self._clock = clock
        self._touched: set[str] | None = None
        self.due_at = clock.monotonic() if interval else inf

    @property
    def is_due(self) -> bool:
        """True where it is time to ask."""
        return self._touched is None and self.due_at <= self._clock.monotonic()

    def doubt(self) -> None:
        """Let it be due now: where one stream is gone without a word, others may be."""
        if self._interval:
            self.due_at = self._clock.monotonic()

    def asked(self) -> None:
        """Note that it is asked now, or once more."""
        if self._touched is None:
            self._touched = set()

    def touch(self, names: Iterable[str]) -> None:
        """Note that a request about `names` leaves."""
        if self._touched is not None:
            self._touched.update(names)

    def compare(self, listed: AbstractSet[str], actual: AbstractSet[str]) -> Differences:
        """Return what an answer differs in; the next is due an interval from now."""
        touched: AbstractSet[str] = self._touched or set()
        found = Differences(frozenset(actual - listed - touched), frozenset(listed - actual - touched))
        self.unanswered()
        return found

    def unanswered(self) -> None:
        """Note that there is nothing to compare; the next is due an interval from now."""
        self._touched = None
        self.due_at = self._clock.monotonic() + self._interval

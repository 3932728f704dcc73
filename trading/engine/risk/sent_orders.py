"""When an account's orders were sent, by which of its sub-accounts: what is counted where so many a second may be."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Mapping

_SECOND_MS = 1000


class SentOrders:
    """The times (ms) of an account's orders, each with the id of the sub-account that has sent it.

    Times come in no order: an exchange's aren't those of our clock, and that may be put back. So what counts as sent
    within a second is less than one away on either side; what a clock that has gone back says of later counts not.
    """

    def __init__(self, sent: Mapping[int, Iterable[int]] | None = None) -> None:
        self._sent = sorted((time, sender) for sender, times in (sent or {}).items() for time in times)

    def add(self, time: int, sender: int) -> None:
        """Note an order that was just sent."""
        del self._sent[: self._first_within(time)]
        insort(self._sent, (time, sender))

    def count(self, time: int) -> int:
        """Return how many were sent within a second of a time."""
        return bisect_left(self._sent, (time + _SECOND_MS,)) - self._first_within(time)

    def replace(self, sent: Mapping[int, Iterable[int]], *, but: Collection[int]) -> None:
        """Take these times by sub-account for all that is known, but for the sub-accounts that are named."""
        kept = [one for one in self._sent if one[1] in but]
        self._sent = sorted([*kept, *((time, one) for one, times in sent.items() if one not in but for time in times)])

    def _first_within(self, time: int) -> int:
        return bisect_left(self._sent, (time - _SECOND_MS + 1,))

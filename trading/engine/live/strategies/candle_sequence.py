"""Which candle comes next: none is left out, and none comes twice. Times are open times in ms where none is named."""

from streaming.events import Interval
from streaming.events.intervals import close_time_of, next_open_time, open_time_at

LATENESS_MS = 10_000
"""So long after its close a candle may still be on its way; after that it counts as missing."""


class CandleSequence:
    """Where somebody stands among the candles of one interval: `cursor` is the last one taken, None before the first.

    `missing` are the first and the last candle between which some haven't come.
    """

    def __init__(self, interval: Interval, cursor: int | None) -> None:
        self.cursor = cursor
        self.missing: tuple[int, int] | None = None
        self._interval = interval
        self._passes_gap = False

    @property
    def expected(self) -> int | None:
        """The candle that comes next; None before the first."""
        return None if self.cursor is None else next_open_time(self._interval, self.cursor)

    def is_next(self, open_time: int) -> bool:
        """Return whether a candle is to be taken now; note what is missing where it comes too early."""
        expected = self.expected
        if expected is None or open_time == expected:
            return True
        if open_time < expected:
            return False
        if self._passes_gap:
            return True
        self._miss(expected, open_time)
        return False

    def take(self, open_time: int) -> None:
        """Go on to a candle."""
        self.cursor, self._passes_gap = open_time, False
        if self.missing is not None and open_time >= self.missing[1]:
            self.missing = None
        elif self.missing is not None:
            self.missing = (next_open_time(self._interval, open_time), self.missing[1])

    def look(self, time: int) -> None:
        """Note the candles as missing that should have come by `time`."""
        expected = self.expected
        if expected is None or close_time_of(self._interval, expected) + LATENESS_MS >= time:
            return
        still_open = open_time_at(self._interval, time - LATENESS_MS)
        self._miss(expected, open_time_at(self._interval, still_open - 1))

    def expect(self) -> None:
        """Note the candle that comes next as missing, as it was before this was built anew."""
        if self.expected is not None:
            self.missing = (self.expected, self.expected)

    def pass_missing(self) -> None:
        """Go on behind what is missing, whatever comes next."""
        self.missing, self._passes_gap = None, True

    def is_late(self, open_time: int, time: int) -> bool:
        """Return whether a candle comes so late that the one after it has closed, too, and should have come."""
        following = next_open_time(self._interval, open_time)
        return close_time_of(self._interval, following) + LATENESS_MS < time

    def _miss(self, first: int, last: int) -> None:
        self.missing = (first, last if self.missing is None else max(last, self.missing[1]))

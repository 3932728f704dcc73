"""Which closed candle of a symbol and interval comes next, and which have come or been given up before it. Pure."""

from collections.abc import Iterable

from streaming.events import Candle, Interval
from streaming.events.intervals import close_time_of, next_open_time, open_time_at, open_times

_REMEMBERED = 1000


class AwaitedCandles:
    """Puts closed candles in order: one that comes before its time is held, or told early.

    `expected` is when the next one opens, in ms; None: nobody knows. Those that were given up are remembered for a
    while, as they may still come.
    """

    def __init__(self, interval: Interval) -> None:
        self.expected: int | None = None
        self._interval = interval
        self._held: dict[int, Candle] = {}
        self._told_early: set[int] = set()
        self._lost: dict[int, None] = {}

    @property
    def held(self) -> int:
        """How many wait for those before them."""
        return len(self._held)

    @property
    def is_in_order(self) -> bool:
        """True where none waits for those before it, nor was told before them."""
        return not self._held and not self._told_early

    def has(self, open_time: int) -> bool:
        """Return whether a candle has come that isn't due yet."""
        return open_time in self._held or open_time in self._told_early

    def was_told_early(self, open_time: int) -> bool:
        """Return whether a candle was told that isn't due yet."""
        return open_time in self._told_early

    def hold(self, candle: Candle) -> None:
        """Keep a candle until those before it have come."""
        self._held[candle.open_time] = candle

    def in_order(self) -> list[Candle]:
        """Return the candles that follow what was told without a hole, and expect the one after them."""
        told: list[Candle] = []
        while self.expected is not None:
            candle = self._held.pop(self.expected, None)
            if candle is None and self.expected not in self._told_early:
                break
            if candle is not None:
                told.append(candle)
            self._told_early.discard(self.expected)
            self.expected = next_open_time(self._interval, self.expected)
        return told

    def release(self) -> list[Candle]:
        """Return what has waited, though something before it is missing still."""
        held = [self._held[opens] for opens in sorted(self._held)]
        self._told_early.update(self._held)
        self._held.clear()
        return held

    def begin_anew(self, open_time: int) -> list[Candle]:
        """Expect a candle, whatever was expected; return what has waited."""
        self.expected = open_time
        held = self.release()
        self._told_early.clear()
        return held

    def give_up(self, at: int) -> int:
        """Expect no more what is missing at `at`, with nothing held; return when that opens which comes next."""
        last = max(self._told_early, default=None)
        resume_at = open_time_at(self._interval, at) if last is None else next_open_time(self._interval, last)
        if self.expected is not None and self.expected < resume_at:
            missing = self._remembered(self.expected, resume_at)
            self._lost = dict.fromkeys(time for time in missing if time not in self._told_early)
            self.expected = resume_at
        self._told_early.clear()
        return resume_at

    def lose(self, first: int, end: int) -> None:
        """Take those that open from `first` on, before `end`, for lost: they may still come."""
        self._lost = dict.fromkeys(self._remembered(first, end))

    def take_lost(self, open_time: int) -> bool:
        """Return whether a candle was lost until now."""
        if open_time not in self._lost:
            return False
        del self._lost[open_time]
        return True

    def is_over(self, at: int, seconds: float) -> bool:
        """Return whether the expected candle ended more than `seconds` before `at`."""
        if self.expected is None:
            return False
        return close_time_of(self._interval, self.expected) + seconds * 1000 < at

    def _remembered(self, first: int, end: int) -> Iterable[int]:
        """Return when the candles open from `first` on, before `end`, as far as they are remembered."""
        length = next_open_time(self._interval, end) - end
        return open_times(self._interval, max(first, end - _REMEMBERED * length), end - 1)

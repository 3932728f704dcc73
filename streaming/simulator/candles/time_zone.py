"""The candles of one symbol as another time zone counts them: its days begin at its own midnight.

Where an interval is the same there (minutes everywhere, hours in most places), they are those of UTC; else they are
put together from smaller ones.
"""

from typing import Protocol

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import FIXED_LENGTHS, Candle, merge, next_open_time, open_time_at
from streaming.simulator.candles.open_times import open_times_until

_WEEK = FIXED_LENGTHS["1w"]


class IntervalCandles(Protocol):
    """The candles of one interval; the last of all still runs."""

    def open_times(self, start: int | None, end: int | None, limit: int) -> list[int]:
        """Return up to `limit` open times from `start` to `end` (both inclusive), oldest first."""
        ...

    def row(self, open_time: int) -> Candle:
        """Return one candle, which opens at `open_time` and has begun."""
        ...

    def is_overdue(self, open_time: int, now: int) -> bool:
        """Return whether a candle has ended at `now` and still takes trades."""
        ...

    def next_open_time(self, open_time: int) -> int:
        """Return when the candle after the one that opens at `open_time` opens."""
        ...


def candles_in(store: CandleStore, interval: str, offset: int) -> IntervalCandles:
    """Return the candles of `interval` as a time zone that is `offset` ms east of UTC counts them."""
    if is_shifted(interval, offset):
        return ShiftedCandles(store, interval, offset)
    return _UtcCandles(store, interval)


def is_shifted(interval: str, offset: int) -> bool:
    """Return whether candles of `interval` begin at other times there than in UTC."""
    return offset % FIXED_LENGTHS.get(interval, _WEEK) != 0


class _UtcCandles:
    def __init__(self, store: CandleStore, interval: str) -> None:
        self._store = store
        self._interval = interval

    def open_times(self, start: int | None, end: int | None, limit: int) -> list[int]:
        return self._store.open_times(self._interval, start, end, limit)

    def row(self, open_time: int) -> Candle:
        return self._store.row(self._interval, open_time)

    def is_overdue(self, open_time: int, now: int) -> bool:
        return self._store.is_overdue(self._interval, open_time, now)

    def next_open_time(self, open_time: int) -> int:
        return next_open_time(self._interval, open_time)


class ShiftedCandles:
    """Those that begin at other times than in UTC, put together from smaller ones."""

    def __init__(self, store: CandleStore, interval: str, offset: int) -> None:
        self._store = store
        self._interval = interval
        self._offset = offset

    def open_times(self, start: int | None, end: int | None, limit: int) -> list[int]:
        """Return up to `limit` open times from `start` to `end` (both inclusive), oldest first."""
        return open_times_until(self._interval, self.running_open_time(), start, end, limit=limit, offset=self._offset)

    def row(self, open_time: int) -> Candle:
        """Return one candle, which opens at `open_time` and has begun."""
        second = self._store.running("1s")
        end = self.next_open_time(open_time)
        closed = list(self._store.cover(open_time, min(end, second.open_time)))
        return merge(open_time, closed if end <= second.open_time else [*closed, second.snapshot()])

    def is_overdue(self, open_time: int, now: int) -> bool:
        """Return whether a candle has ended at `now` and still takes trades."""
        return open_time == self.running_open_time() and self.next_open_time(open_time) <= now

    def running_open_time(self) -> int:
        """Return when the candle opened that takes trades now."""
        return open_time_at(self._interval, self._store.running("1s").open_time, self._offset)

    def next_open_time(self, open_time: int) -> int:
        """Return when the candle after the one that opens at `open_time` opens."""
        return next_open_time(self._interval, open_time, self._offset)

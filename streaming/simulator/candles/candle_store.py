"""All candles of one symbol: those of its history, those made since, and the ones that still run.

Live candles are kept for a while in each level; what is no longer kept is split again from the larger candle that is.
"""

from collections.abc import Iterator

from streaming.simulator.candles.candles import (
    DAY,
    FIXED_LENGTHS,
    HOUR,
    INTERVALS,
    Candle,
    RunningCandle,
    empty_candle,
    merge,
    next_open_time,
    open_time_at,
)
from streaming.simulator.candles.days import FIRST_DAY
from streaming.simulator.candles.history import LEVELS, History
from streaming.simulator.candles.open_times import open_times_until
from streaming.simulator.market.matching import Trade

# Levels that aren't named are kept for ever: a few candles a day.
_KEPT_FOR = {"1s": HOUR, "1m": 2 * DAY, "15m": 30 * DAY}


class CandleStore:
    """The candles of one symbol in every interval; give it the trades in order, and roll it as time goes by."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._closed: dict[str, dict[int, Candle]] = {level: {} for level in LEVELS}
        self._live_from = {level: open_time_at(level, history.end) for level in LEVELS}
        last = history.candle("1s", history.end - FIXED_LENGTHS["1s"])
        self._last_close = last.close
        self._next_trade_id = last.first_trade_id + last.trades
        self._running = {interval: self._unfinished(interval) for interval in INTERVALS}

    @property
    def last_close(self) -> int:
        """The price of the last trade, in ticks."""
        return self._last_close

    @property
    def next_trade_id(self) -> int:
        """The id that the next trade has."""
        return self._next_trade_id

    def running(self, interval: str) -> RunningCandle:
        """Return the candle of `interval` that takes trades now."""
        return self._running[interval]

    def add(self, trade: Trade) -> None:
        """Count a trade in every interval; its time lies in the running candles."""
        self._last_close = trade.price
        self._next_trade_id = trade.trade_id + 1
        for running in self._running.values():
            running.add(trade)

    def roll(self, time: int) -> list[tuple[str, Candle]]:
        """Close the candles that end at `time` or before and open their successors; return the closed ones."""
        if time < self._running["1s"].next_open_time:
            return []
        closed = []
        for interval, running in self._running.items():
            current = running
            while current.next_open_time <= time:
                closed.append((interval, current.snapshot()))
                current = self._following(current, time)
            self._running[interval] = current
        for interval, candle in closed:
            self._keep(interval, candle)
        return closed

    def rows(self, interval: str, start: int | None, end: int | None, limit: int) -> list[Candle]:
        """Return the candles of `open_times`, oldest first; the last of all is the running one."""
        return [self.row(interval, time) for time in self.open_times(interval, start, end, limit)]

    def open_times(self, interval: str, start: int | None, end: int | None, limit: int) -> list[int]:
        """Return up to `limit` open times from `start` to `end` (both inclusive), oldest first.

        With a start the oldest ones from there, without one the newest.
        """
        return open_times_until(interval, self._running[interval].open_time, start, end, limit=limit)

    def is_overdue(self, interval: str, open_time: int, now: int) -> bool:
        """Return whether a candle has ended at `now` and still takes trades: whoever read it would take it for closed.

        The market makes its trades a moment late, and later where the machine is busy.
        """
        running = self._running[interval]
        return open_time == running.open_time and running.next_open_time <= now

    def row(self, interval: str, open_time: int) -> Candle:
        """Return one candle, which opens at `open_time` and has begun."""
        running = self._running[interval]
        if open_time == running.open_time:
            return running.snapshot()
        if interval in self._closed:
            return self._candle(interval, open_time)
        return merge(open_time, self.cover(open_time, next_open_time(interval, open_time)))

    def cover(self, start: int, end: int) -> Iterator[Candle]:
        """Yield closed candles that together span from `start` to `end`, both whole seconds, as large as possible."""
        time = max(start, FIRST_DAY)
        while time < end:
            level = next(
                level for level in LEVELS if time % FIXED_LENGTHS[level] == 0 and time + FIXED_LENGTHS[level] <= end
            )
            yield self._candle(level, time)
            time += FIXED_LENGTHS[level]

    def _following(self, ended: RunningCandle, time: int) -> RunningCandle:
        """Open the next candle; where time leapt, those that nobody would keep are left out."""
        interval = ended.interval
        kept_from = time - _KEPT_FOR.get(interval, time if interval in self._closed else 0)
        open_time = max(ended.next_open_time, open_time_at(interval, kept_from))
        return RunningCandle.of(interval, empty_candle(open_time, self._last_close, self._next_trade_id))

    def _candle(self, level: str, open_time: int) -> Candle:
        if open_time < self._live_from[level]:
            return self._history.candle(level, open_time)
        candle = self._closed[level].get(open_time)
        if candle is not None:
            return candle
        return self._split_again(level, open_time)

    def _split_again(self, level: str, open_time: int) -> Candle:
        larger = LEVELS[LEVELS.index(level) - 1]
        larger_time = open_time_at(larger, open_time)
        parts = self._history.split(self._candle(larger, larger_time), larger)
        return parts[(open_time - larger_time) // FIXED_LENGTHS[level]]

    def _unfinished(self, interval: str) -> RunningCandle:
        """Return the running candle at the start, with what history says happened in it."""
        open_time = open_time_at(interval, self._history.end)
        parts = list(self.cover(open_time, self._history.end))
        begun = merge(open_time, parts) if parts else empty_candle(open_time, self._last_close, self._next_trade_id)
        return RunningCandle.of(interval, begun)

    def _keep(self, interval: str, candle: Candle) -> None:
        kept = self._closed.get(interval)
        if kept is None:
            return
        kept[candle.open_time] = candle
        if interval not in _KEPT_FOR:
            return
        oldest = candle.open_time - _KEPT_FOR[interval]
        while (first := next(iter(kept))) < oldest:
            del kept[first]

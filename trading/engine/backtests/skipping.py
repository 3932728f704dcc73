"""Where the next candle is that can reach an order: what lies between is never looked at one by one."""

import numpy as np

from streaming.events.intervals import close_time_of
from trading.engine.backtests.series import CandleSeries
from trading.engine.matching.candle_path import PriceBar

_ONE_BY_ONE = 6
"""So many candles are looked at alone first, as orders near the market are mostly reached soon."""
_FIRST_BLOCK = 32
_LARGEST_BLOCK = 65_536


class CandleReader:
    """Reads single candles of a series, as whole numbers of Python rather than of NumPy, which are slow alone."""

    def __init__(self, series: CandleSeries) -> None:
        self.series = series
        self.open_time = series.open_time.data
        self.close = series.close.data
        self._open = series.open.data
        self._high = series.high.data
        self._low = series.low.data
        self._volume = series.volume.data

    def close_time(self, index: int) -> int:
        """Return the last ms of a candle."""
        return close_time_of(self.series.interval, self.open_time[index])

    def bar(self, index: int) -> PriceBar:
        """Return a candle as orders are matched against it."""
        return PriceBar(
            open=self._open[index],
            high=self._high[index],
            low=self._low[index],
            close=self.close[index],
            volume=self._volume[index],
            time=self.open_time[index],
        )

    def next_reached(self, start: int, stop: int, *, below: int | None, above: int | None) -> int:
        """Return the first candle from `start` to before `stop` that goes to `below` or lower, or `above` or higher.

        `stop` where there is none. A limit of None is never reached.
        """
        if below is None and above is None:
            return stop
        lowest = 0 if below is None else below
        highest = np.iinfo(np.int64).max if above is None else above
        low, high = self._low, self._high
        for index in range(start, min(start + _ONE_BY_ONE, stop)):
            if low[index] <= lowest or high[index] >= highest:
                return index
        return self._search(start + _ONE_BY_ONE, stop, lowest, int(highest))

    def _search(self, start: int, stop: int, lowest: int, highest: int) -> int:
        """Look at blocks, each twice as long as the one before: a near one costs little, a far one few steps."""
        low, high, length = self.series.low, self.series.high, _FIRST_BLOCK
        while start < stop:
            end = min(start + length, stop)
            reached = (low[start:end] <= lowest) | (high[start:end] >= highest)
            first = int(reached.argmax())
            if reached[first]:
                return start + first
            start, length = end, min(2 * length, _LARGEST_BLOCK)
        return stop

"""Finer candles within coarser ones: where they are complete, they decide what happens within a candle."""

import numpy as np
from numpy.typing import NDArray

from trading.engine.backtests.series import CandleSeries, Integers
from trading.engine.backtests.skipping import CandleReader


class FinerCandles:
    """The finer candles of each candle of a series.

    They decide only where they tell the same of the candle as itself: its open, high, low and close, and no volume
    beyond its own. Where they don't, as where some are missing that moved the price, the candle itself is matched.
    """

    def __init__(self, series: CandleSeries, finer: CandleSeries) -> None:
        self.reader = CandleReader(finer)
        self._first: Integers = np.searchsorted(finer.open_time, series.open_time)
        self._end: Integers = np.searchsorted(finer.open_time, series.next_open_times())
        self._is_complete = _agreeing(series, finer, self._first, self._end)

    def within(self, index: int) -> tuple[int, int] | None:
        """Return from which to before which finer candle a candle consists; None where they aren't complete."""
        if not self._is_complete[index]:
            return None
        return int(self._first[index]), int(self._end[index])


def _agreeing(series: CandleSeries, finer: CandleSeries, first: Integers, end: Integers) -> NDArray[np.bool_]:
    """Return for which candles the finer ones give the same four prices, and no more volume."""
    agree = end > first
    some = np.flatnonzero(agree)
    if not len(some):
        return agree
    begin, last = first[some], end[some] - 1
    bounds = np.column_stack((begin, end[some])).ravel()
    bounds = bounds[:-1] if bounds[-1] == len(finer) else bounds
    agree[some] = (
        (finer.open[begin] == series.open[some])
        & (finer.close[last] == series.close[some])
        & (np.maximum.reduceat(finer.high, bounds)[::2] == series.high[some])
        & (np.minimum.reduceat(finer.low, bounds)[::2] == series.low[some])
        & (np.add.reduceat(finer.volume, bounds)[::2] <= series.volume[some])
    )
    return agree

"""Candles of a minute of a random walk: what is learnt of them doesn't matter to what learning costs."""

import numpy as np

from trading.learning.candles import CandleTable

MINUTE = 60_000


def random_candles(count: int, *, first: int = 0) -> CandleTable:
    """Return so many; the first opens at `first` (ms)."""
    random = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(random.normal(0, 1e-3, count)))
    opened = np.concatenate(([100.0], close[:-1]))
    high = np.maximum(opened, close) * (1 + np.abs(random.normal(0, 3e-4, count)))
    low = np.minimum(opened, close) * (1 - np.abs(random.normal(0, 3e-4, count)))
    times = first + MINUTE * np.arange(count, dtype=np.int64)
    return CandleTable(MINUTE, times, opened, high, low, close, random.lognormal(0, 1, count))

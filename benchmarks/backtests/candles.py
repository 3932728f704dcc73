"""Candles to measure with: a random walk, or one that is reflected between two prices, as a grid wants it."""

from pathlib import Path

import numpy as np

_FIRST = 1_600_000_020_000 // 60_000 * 60_000
_MINUTE = 60_000
_CENTS = 6_000_000
_VOLATILITY = 0.0005
"""Of a minute: some 36 % a year, and 700 crosses of two averages of 10 and 30 closes in 18,000 candles."""
_WIDTH = 0.08


def write_candles(path: Path, count: int, *, seed: int = 1, reflected: bool = False) -> Path:
    """Write candles of a minute as columns of whole cents and hundred-thousandths, and return the file."""
    chance = np.random.default_rng(seed)
    logarithm = np.cumsum(chance.normal(0, _VOLATILITY, count))
    if reflected:
        logarithm = np.abs((logarithm - _WIDTH) % (4 * _WIDTH) - 2 * _WIDTH) - _WIDTH
    close = np.maximum(100, np.rint(_CENTS * np.exp(logarithm))).astype(np.int64)
    opened = np.concatenate(([_CENTS], close[:-1]))
    beyond = np.rint(np.abs(chance.normal(0, _VOLATILITY / 2, (2, count))) * close).astype(np.int64)
    np.savez(
        path,
        open_time=_FIRST + _MINUTE * np.arange(count, dtype=np.int64),
        open=opened,
        high=np.maximum(opened, close) + beyond[0],
        low=np.maximum(1, np.minimum(opened, close) - beyond[1]),
        close=close,
        volume=chance.integers(10**10, 10**12, count),
    )
    return path

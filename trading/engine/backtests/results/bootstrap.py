"""Between which bounds total return and Sharpe ratio would lie, had the same returns come in another order and mixture.

A circular block bootstrap (D. N. Politis and J. P. Romano, "A circular block-resampling procedure for stationary
data", 1992): blocks of consecutive returns are drawn, so that what hangs together in time stays together. A block is as
long as the cube root of the number of returns (P. Hall, J. L. Horowitz and B.-Y. Jing, Biometrika 82, 1995).
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
"""How many series are drawn; of very many returns fewer, see `_MOST_BLOCKS`."""
CONFIDENCE = 0.95
_MOST_BLOCKS = 250_000
_FEWEST_RESAMPLES = 100
_FEWEST_RETURNS = 10

Bounds = tuple[float, float]


class Intervals(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds that hold 95 % of the resampled values, low and high; None where there are too few returns."""

    total_return: Bounds | None = None
    sharpe: Bounds | None = None


def bootstrap_intervals(returns: NDArray[np.float64], *, periods_per_year: float, seed: int) -> Intervals:
    """Return the intervals of the returns of equal periods; the same for the same seed.

    Takes time in proportion to the resamples times the blocks of one, not to the returns drawn: a block is read as a
    difference of running sums.
    """
    if len(returns) < _FEWEST_RETURNS or returns.min() <= -1:
        return Intervals()
    if returns.max() - returns.min() <= np.abs(returns).max() * 1e-12:
        return Intervals(total_return=_bounds(np.array([np.expm1(np.log1p(returns).sum())])))
    starts, lengths = _blocks(len(returns), np.random.default_rng(seed))
    centre = returns.mean()
    growth = _sums(np.log1p(returns), starts, lengths)
    mean = _sums(returns - centre, starts, lengths) / len(returns)
    squares = _sums((returns - centre) ** 2, starts, lengths)
    variance = np.maximum(squares - len(returns) * mean**2, 0) / (len(returns) - 1)
    usable = variance > 0
    sharpe = (mean[usable] + centre) / np.sqrt(variance[usable]) * np.sqrt(periods_per_year)
    return Intervals(total_return=_bounds(np.expm1(growth)), sharpe=_bounds(sharpe) if usable.any() else None)


def _blocks(count: int, random: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the blocks of each resample begin, and how long each is: together as many returns as there are."""
    length = max(1, round(float(np.cbrt(count))))
    blocks = -(-count // length)
    resamples = max(_FEWEST_RESAMPLES, min(RESAMPLES, _MOST_BLOCKS // blocks))
    lengths = np.full(blocks, length, dtype=np.int64)
    lengths[-1] = count - length * (blocks - 1)
    return random.integers(0, count, size=(resamples, blocks), dtype=np.int64), lengths


def _sums(values: NDArray[np.float64], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for each resample the sum of the values that it drew; after the last value comes the first again."""
    running = np.concatenate(([0.0], np.cumsum(np.concatenate((values, values[: int(lengths.max())])))))
    sums: NDArray[np.float64] = (running[starts + lengths] - running[starts]).sum(axis=1)
    return sums


def _bounds(values: NDArray[np.float64]) -> Bounds | None:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, (tail, 1 - tail))
    return (float(low), float(high)) if np.isfinite(low) and np.isfinite(high) else None

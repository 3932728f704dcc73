"""The indicators of the shipped strategies, each computed anew from its definition, at each candle from all before it.

Nothing is shared with the platform, nor with TA-Lib: windows and NumPy's sums for what forgets, loops for what doesn't.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
_SAME = 1e-9
"""Relative difference below which two lines are one, so that rounding decides whether they cross."""


def windows(values: Floats, count: int) -> Floats:
    """Return the last `count` values at each candle, NaN for those that aren't there."""
    found: Floats = sliding_window_view(np.concatenate((np.full(count - 1, np.nan), values)), count)
    return found


def simple(close: Floats, count: int) -> Floats:
    """Return the mean of the last closes."""
    means: Floats = windows(close, count).mean(axis=1)
    return means


def weighted(close: Floats, count: int) -> Floats:
    """Return their mean by weights 1 … `count`."""
    means: Floats = windows(close, count) @ np.arange(1, count + 1) / (count * (count + 1) / 2)
    return means


def exponential(close: Floats, count: int) -> Floats:
    """Return what begins with the first mean, and goes 2 / (count + 1) of the way to each further close."""
    line = np.full(len(close), np.nan)
    line[count - 1] = close[:count].mean()
    for at in range(count, len(close)):
        line[at] = line[at - 1] + 2 / (count + 1) * (close[at] - line[at - 1])
    return line


def strength(close: Floats, count: int) -> Floats:
    """Return Wilder's index: 100 times the average gain over that of gains and losses."""
    change = np.diff(close)
    gain, loss = np.maximum(change, 0), np.maximum(-change, 0)
    gains, losses = gain[:count].mean(), loss[:count].mean()
    line = np.full(len(close), np.nan)
    for at in range(count, len(close)):
        if at > count:
            gains = (gains * (count - 1) + gain[at - 1]) / count
            losses = (losses * (count - 1) + loss[at - 1]) / count
        line[at] = 100 * gains / (gains + losses)
    return line


def deviation(close: Floats, count: int) -> Floats:
    """Return the standard deviation of the last closes, of the whole population."""
    deviations: Floats = windows(close, count).std(axis=1)
    return deviations


def before(values: Floats) -> Floats:
    """Return each candle's value of the candle before it."""
    return np.concatenate(([np.nan], values[:-1]))


def crosses(line: Floats, other: Floats | float) -> Truths:
    """Return where a line is above another one, and wasn't at the candle before."""
    others = np.broadcast_to(np.asarray(other, dtype=np.float64), line.shape)
    above, known = line > others, ~np.isnan(line) & ~np.isnan(others)
    crossed = np.zeros(len(line), dtype=np.bool_)
    crossed[1:] = known[:-1] & known[1:] & ~above[:-1] & above[1:]
    return crossed


def touch(line: Floats, other: Floats | float) -> Truths:
    """Return where two lines are so near, at a candle or the one before, that rounding may decide."""
    near = np.abs(line - other) <= _SAME * np.abs(line)
    near[1:] |= near[:-1]
    return near

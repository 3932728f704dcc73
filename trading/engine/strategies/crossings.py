"""Where one line crosses another: at the last candle, as a strategy sees it, and in whole columns of candles."""

import numpy as np
from numpy.typing import NDArray

from trading.engine.strategies.candles import Floats
from trading.engine.strategies.context import IndicatorReading

Line = tuple[float | None, float | None]
"""A value before, and now; None while there is none."""


def line_of(reading: IndicatorReading) -> Line:
    """Return what an indicator was at the candle before, and what it is now."""
    return reading.previous, reading.value


def closes_line(closes: Floats) -> Line:
    """Return the close of the candle before the last one, and that of the last."""
    return (float(closes[-2]) if len(closes) > 1 else None), (float(closes[-1]) if len(closes) else None)


def level(value: float) -> Line:
    """Return a line that stays where it is."""
    return value, value


def crosses_above(line: Line, other: Line) -> bool:
    """Return whether a line that wasn't above another one is now."""
    (before, now), (other_before, other_now) = line, other
    if before is None or now is None or other_before is None or other_now is None:
        return False
    return before <= other_before and now > other_now


def crossings_above(line: Floats, other: Floats | float) -> NDArray[np.bool_]:
    """Return for each candle whether the line crosses above the other one there; never where either has no value."""
    others = np.broadcast_to(other, line.shape)
    crossed = np.zeros(line.shape, dtype=np.bool_)
    crossed[1:] = (line[:-1] <= others[:-1]) & (line[1:] > others[1:])
    return crossed

"""Over which periods returns are counted, and how they are annualised: a year has 365 days, as markets never close."""

import msgspec
import numpy as np

from streaming.events import Interval
from streaming.events.intervals import next_open_time
from trading.engine.backtests.results.equity_curve import EquityCurve
from trading.engine.backtests.series import Floats, Integers

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEAR = 365 * DAY
FEWEST_PERIODS = 30
"""A longer period is taken only where the run has so many of it."""


class Period(msgspec.Struct, frozen=True):
    """A period of `length` ms, of which `per_year` make a year; `is_candle` where it is that of a candle."""

    length: int
    per_year: float
    is_candle: bool


def period_of(lasted: int, interval: Interval) -> Period:
    """Return the period of a run's returns: days where it `lasted` 30 (in ms), else hours, minutes, or else candles.

    No period is shorter than a candle; months count as a twelfth of a year. So ten years have 3,650 returns, and what
    lasts less than 30 days at most 1,800: of a sweep those of all runs are held at once.
    """
    candle_length = YEAR // 12 if interval is Interval.MONTH_1 else next_open_time(interval, 0)
    for length in (DAY, HOUR, MINUTE):
        if candle_length < length and lasted >= FEWEST_PERIODS * length:
            return Period(length, YEAR / length, is_candle=False)
    return Period(candle_length, YEAR / candle_length, is_candle=True)


def period_returns(curve: EquityCurve, period: Period) -> Floats:
    """Return the simple returns of the periods from the start; a last part of a period counts as one.

    A period without a candle has the return 0; where equity was 0, later returns are 0.
    """
    if not len(curve):
        return np.empty(0)
    at = np.searchsorted(curve.times, period_ends(curve.start, curve.times, period), side="right") - 1
    values = np.concatenate(([curve.initial], np.where(at >= 0, curve.equity[np.maximum(at, 0)], curve.initial)))
    before = values[:-1]
    returns = np.divide(values[1:], before, out=np.ones_like(before), where=before > 0)
    returns -= 1.0
    return returns


def period_ends(start: int, times: Integers, period: Period) -> Integers:
    """Return when the periods of a run end (ms) that began at `start` and whose candles closed at `times`.

    The last is not shorter than the others: the run may end before it does.
    """
    if period.is_candle:
        return times
    return np.arange(start + period.length, int(times[-1]) + period.length, period.length)

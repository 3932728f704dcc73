"""What each calendar month (UTC) of a run returned."""

from datetime import UTC, datetime

import msgspec
import numpy as np

from streaming.times import milliseconds, moment
from trading.engine.backtests.results.equity_curve import EquityCurve

_MONTHS = 12


class YearOfReturns(msgspec.Struct, frozen=True, kw_only=True):
    """The returns of the months of a year as fractions, None for one that the run has no part of, and of all of it."""

    year: int
    months: tuple[float | None, ...]
    total: float


def monthly_returns(curve: EquityCurve) -> tuple[YearOfReturns, ...]:
    """Return the years of a run; its first and last month may be parts of one."""
    if not len(curve):
        return ()
    first, last = moment(curve.start), moment(curve.end - 1)
    years = range(first.year, last.year + 1)
    starts = [_month_start(year, month) for year in years for month in range(_MONTHS)]
    starts.append(_month_start(last.year + 1, 0))
    bounds = np.array(starts)
    at = np.searchsorted(curve.times, bounds, side="right") - 1
    values = np.where(at >= 0, curve.equity[np.maximum(at, 0)], curve.initial)
    has_part = (bounds[:-1] < curve.end) & (bounds[1:] > curve.start)
    return tuple(
        _year(year, values[number * _MONTHS :][: _MONTHS + 1].tolist(), has_part[number * _MONTHS :].tolist())
        for number, year in enumerate(years)
    )


def _year(year: int, values: list[float], has_part: list[bool]) -> YearOfReturns:
    returns = [_return(values[month], values[month + 1]) for month in range(_MONTHS)]
    months = tuple(value if has_part[month] else None for month, value in enumerate(returns))
    return YearOfReturns(year=year, months=months, total=_return(values[0], values[-1]))


def _return(before: float, after: float) -> float:
    return after / before - 1 if before > 0 else 0.0


def _month_start(year: int, month: int) -> int:
    return milliseconds(datetime(year, month + 1, 1, tzinfo=UTC))

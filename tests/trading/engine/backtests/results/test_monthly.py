"""The monthly table."""

from datetime import UTC, datetime

import numpy as np
import pytest

from trading.engine.backtests.results.equity_curve import EquityCurve
from trading.engine.backtests.results.monthly import monthly_returns

_HOUR = 3_600_000


def _time(year: int, month: int, day: int) -> int:
    return round(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


def _curve(start: int, end: int, seed: int = 1) -> EquityCurve:
    times = np.arange(start + _HOUR, end + 1, _HOUR)
    equity = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, len(times))))
    return EquityCurve(start=start, initial=100.0, times=times, equity=equity)


def test_it_tells_what_each_month_returned() -> None:
    curve = _curve(_time(2023, 11, 15), _time(2024, 2, 10))
    at = {int(time): equity for time, equity in zip(curve.times, curve.equity, strict=True)}
    first, second = monthly_returns(curve)
    assert (first.year, second.year) == (2023, 2024)
    assert first.months[:10] == (None,) * 10
    assert first.months[10] == pytest.approx(at[_time(2023, 12, 1)] / 100 - 1)
    assert first.months[11] == pytest.approx(at[_time(2024, 1, 1)] / at[_time(2023, 12, 1)] - 1)
    assert second.months[0] == pytest.approx(at[_time(2024, 2, 1)] / at[_time(2024, 1, 1)] - 1)
    assert second.months[1] == pytest.approx(curve.final / at[_time(2024, 2, 1)] - 1)
    assert second.months[2:] == (None,) * 10


def test_it_compounds_to_the_total() -> None:
    curve = _curve(_time(2021, 5, 1), _time(2024, 3, 7), seed=2)
    years = monthly_returns(curve)
    months = np.prod([1 + month for year in years for month in year.months if month is not None])
    totals = np.prod([1 + year.total for year in years])
    assert [months - 1, totals - 1] == pytest.approx([curve.final / 100 - 1] * 2)


def test_it_gives_a_month_without_candles_no_change() -> None:
    curve = _curve(_time(2024, 1, 1), _time(2024, 4, 1))
    kept = (curve.times <= _time(2024, 2, 1)) | (curve.times > _time(2024, 3, 1))
    holed = EquityCurve(start=curve.start, initial=100.0, times=curve.times[kept], equity=curve.equity[kept])
    assert monthly_returns(holed)[0].months[1] == 0


def test_it_has_no_months_of_no_candles() -> None:
    assert (
        monthly_returns(EquityCurve(start=0, initial=1.0, times=np.array([], dtype=np.int64), equity=np.array([])))
        == ()
    )

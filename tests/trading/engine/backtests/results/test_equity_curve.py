"""The equity curve, its drawdown, and the few points of it that are kept."""

import numpy as np
import pytest

from tests.trading.engine.backtests.results.series import START, HandMadeRun, candles_of
from trading.engine.backtests.results.equity_curve import (
    MOST_POINTS,
    EquityCurve,
    deepest_drawdown,
    equity_curve,
    sample,
    sampled_indexes,
)

_DAY = 86_400_000


def _curve(*equity: float) -> EquityCurve:
    times = START + _DAY * np.arange(1, len(equity) + 1)
    return EquityCurve(start=START, initial=100.0, times=times, equity=np.array(equity))


def test_it_is_what_was_held_at_the_closes() -> None:
    run = HandMadeRun(candles_of([100, 100, 110, 120, 90]))
    run.buy(1, 1_000_000)
    run.sell(3, 1_000_000)
    curve = equity_curve(run.plan, run.candles, run.outcome())
    assert curve.equity.tolist() == pytest.approx([10_000, 9_999, 10_099, 10_097.9, 10_097.9])
    assert curve.times.tolist() == (run.candles.open_time + 3_600_000).tolist()


def test_it_ends_where_the_run_was_stopped() -> None:
    run = HandMadeRun(candles_of([100, 100, 110, 120, 90]))
    run.buy(1, 1_000_000)
    curve = equity_curve(run.plan, run.candles, run.outcome(candles_done=3, is_partial=True))
    assert curve.equity.tolist() == pytest.approx([10_000, 9_999, 10_099])


def test_it_leaves_out_the_history_before_the_first_candle() -> None:
    run = HandMadeRun(candles_of([100, 100, 110, 120, 90]))
    run.buy(3, 1_000_000)
    traded = run.candles.between(int(run.candles.open_time[2]), run.plan.end)
    curve = equity_curve(run.plan, traded, run.outcome(first_candle=2, candles_done=3))
    assert curve.equity.tolist() == pytest.approx([10_000, 10_098.9, 9_798.9])
    assert curve.start == run.candles.open_time[2]


def test_it_measures_the_deepest_fall_from_its_peak_to_its_recovery() -> None:
    curve = _curve(110, 99, 120, 90, 100, 120, 119)
    found = deepest_drawdown(curve, curve.drawdown())
    assert (found.length, found.peak, found.trough) == (3 * _DAY, 2, 3)
    assert found.depth == pytest.approx(0.25)


def test_it_measures_a_fall_that_began_at_the_start_and_never_ended() -> None:
    curve = _curve(90, 80, 95)
    found = deepest_drawdown(curve, curve.drawdown())
    assert (found.length, found.peak, found.trough) == (3 * _DAY, -1, 1)
    assert found.depth == pytest.approx(0.2)


@pytest.mark.parametrize("equity", [(), (100.0, 100.0), (100.0, 110.0)])
def test_it_finds_no_fall_where_there_was_none(equity: tuple[float, ...]) -> None:
    curve = _curve(*equity)
    assert deepest_drawdown(curve, curve.drawdown()).depth == 0


@pytest.mark.parametrize("count", [1, 1999, 2000, 2001, 4001, 99_991])
def test_it_keeps_few_points_with_all_extremes(count: int) -> None:
    equity = 100 + np.cumsum(np.random.default_rng(count).normal(0, 0.01, count))
    curve = _curve(*equity.tolist())
    deepest = deepest_drawdown(curve, curve.drawdown())
    points = sample(curve, curve.drawdown(), deepest, curve.equity)
    assert len(points.times) <= MOST_POINTS
    assert list(points.times) == sorted(set(points.times))
    assert (max(points.equity[1:]), min(points.equity[1:])) == (equity.max(), equity.min())
    assert max(points.drawdown) == deepest.depth
    assert (points.times[0], points.times[-1], points.equity[-1]) == (START, curve.end, equity[-1])


def test_it_keeps_a_single_spike() -> None:
    values = np.zeros(100_000)
    values[77_777] = 1.0
    assert 77_777 in sampled_indexes(values)

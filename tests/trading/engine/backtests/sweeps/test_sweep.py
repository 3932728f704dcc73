"""Whole sweeps: each cell is the run that it would be alone, and the best is doubted where it deserves it."""

import math
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.trading.engine.backtests.results.series import START, plan_of, random_walk
from trading.engine.backtests.results.result_builder import result_of
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.backtests.series_indicators import SeriesIndicators
from trading.engine.backtests.sweeps.cells import CellRun, run_cell
from trading.engine.backtests.sweeps.errors import SweepError
from trading.engine.backtests.sweeps.heat_map import Others, heat_map
from trading.engine.backtests.sweeps.plan import Ranking, SweepPlan, WalkForward, planned_sweep, sweep_plan
from trading.engine.backtests.sweeps.result import SweepResult
from trading.engine.backtests.sweeps.result_builder import sweep_result
from trading.engine.backtests.sweeps.walk_forward import WalkForwardReport, scores, walk_forward, warning_of

_DAY = 86_400_000
_GRID = {"fast": [3, 5, 8], "slow": [10, 20, 30], "kind": ["sma", "ema"]}


def _sweep(candles: CandleSeries, **asked: Any) -> SweepPlan:
    return sweep_plan(plan_of(candles, strategy="ma_cross"), asked.pop("grid", _GRID), **asked)


def _cells(sweep: SweepPlan, candles: CandleSeries) -> list[CellRun]:
    indicators = SeriesIndicators(candles)
    found = [run_cell(sweep, number, candles, indicators=indicators) for number in range(len(sweep.combinations))]
    return [msgspec.msgpack.decode(msgspec.msgpack.encode(cell), type=CellRun) for cell in found if cell]


def _swept(candles: CandleSeries, **asked: Any) -> SweepResult:
    sweep = _sweep(candles, **asked)
    return sweep_result(sweep, candles, reversed(_cells(sweep, candles)), trials=18)


@cache
def _example(seed: int = 1) -> SweepResult:
    return _swept(random_walk(seed, count=800))


def test_each_cell_is_the_run_that_it_would_be_alone() -> None:
    candles = random_walk(1, count=800)
    sweep, found = _sweep(candles), _example()
    for number in (0, 17):
        plan = sweep.plan_of(number)
        alone = result_of(plan, candles, run(plan, candles), trials=1)
        assert found.cells[number].metrics == alone.metrics
        assert found.cells[number].parameters == sweep.combinations[number]


def test_it_is_read_back_as_json_shows_it() -> None:
    found = _example()
    read = msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=SweepResult)
    assert msgspec.json.encode(read) == msgspec.json.encode(found)
    again = heat_map(read.cells, read.axes, best=read.best, metric="total_return", x="kind", y="fast")
    assert (
        again.rows == heat_map(found.cells, found.axes, best=found.best, metric="total_return", x="kind", y="fast").rows
    )


def test_the_best_has_the_highest_score() -> None:
    candles = random_walk(2, count=800)
    cells = _cells(_sweep(candles), candles)
    for rank_by in Ranking:
        found = sweep_result(_sweep(candles, rank_by=rank_by), candles, cells, trials=18)
        values = [getattr(cell.metrics, rank_by) for cell in found.cells]
        assert found.best == values.index(max(values))


def test_scores_are_the_metrics_of_the_runs() -> None:
    candles = random_walk(3, count=800)
    sweep = _sweep(candles)
    cells = _cells(sweep, candles)
    returns = np.array([cell.returns for cell in cells])
    for rank_by in Ranking:
        values = [getattr(cell.cell.metrics, rank_by) for cell in cells]
        assert scores(returns, rank_by, 365).tolist() == pytest.approx(values, rel=1e-9)


def test_a_cell_whose_strategy_fails_is_a_cell_with_its_error() -> None:
    candles = random_walk(1, count=300)
    plan = plan_of(candles, strategy="grid", parameters={"upper_price": 120, "lower_price": 80})
    sweep = sweep_plan(plan, {"grid_count": [2, 40], "order_size": ["0.001", "500"]})
    cells = [cell for number in range(4) if (cell := run_cell(sweep, number, candles))]
    failed = [cell.cell for cell in cells if cell.cell.error]
    assert failed
    assert all(cell.metrics is None for cell in failed)
    found = sweep_result(sweep, candles, cells, trials=4)
    assert (len(found.cells), found.is_partial) == (4, False)


def test_a_cell_that_does_not_fit_the_instrument_any_more_is_a_cell_with_its_error() -> None:
    candles = random_walk(1, count=300)
    plan = plan_of(candles, strategy="grid", parameters={"upper_price": "100.05", "lower_price": 100})
    sweep = planned_sweep(plan, {"grid_count": [5, 10]}, (0, 1))
    found = run_cell(sweep, 1, candles)
    assert found is not None
    assert "less than a tick" in found.cell.error
    assert found.cell.metrics is None


def test_it_tells_of_runs_that_are_missing() -> None:
    candles = random_walk(1, count=400)
    sweep = _sweep(candles)
    found = sweep_result(sweep, candles, _cells(sweep, candles)[:5], trials=5)
    assert (found.is_partial, len(found.cells)) == (True, 5)
    nothing = sweep_result(sweep, candles, [], trials=1)
    assert (nothing.best, nothing.heat_map, nothing.warning) == (None, None, None)


def test_a_run_that_is_stopped_is_no_cell() -> None:
    candles = random_walk(1, count=3000)
    assert run_cell(_sweep(candles), 0, candles, report=lambda _: False) is None


def test_it_trusts_the_best_the_less_the_more_was_tried() -> None:
    candles = random_walk(4, count=800)
    sweep = _sweep(candles)
    cells = _cells(sweep, candles)
    few, many = (sweep_result(sweep, candles, cells, trials=trials) for trials in (18, 5000))
    assert few.deflated_sharpe is not None
    assert many.deflated_sharpe is not None
    assert many.deflated_sharpe < few.deflated_sharpe


def test_the_heat_map_shows_two_axes_at_the_best_or_the_mean_of_the_others() -> None:
    found = _example()
    assert found.heat_map is not None
    assert found.best is not None
    best = found.cells[found.best].parameters
    for others in Others:
        shown = heat_map(found.cells, found.axes, best=found.best, metric="sharpe", x="slow", y="fast", others=others)
        for row, fast in zip(shown.rows, (3, 5, 8), strict=True):
            for value, slow in zip(row, (10, 20, 30), strict=True):
                values = [
                    cell.metrics.sharpe
                    for cell in found.cells
                    if cell.metrics
                    and cell.metrics.sharpe is not None
                    and (cell.parameters["fast"], cell.parameters["slow"]) == (fast, slow)
                    and (others is Others.MEAN or cell.parameters["kind"] == best["kind"])
                ]
                assert value == pytest.approx(sum(values) / len(values))


def test_the_heat_map_leaves_empty_what_was_left_out_and_takes_one_axis() -> None:
    candles = random_walk(5, count=300)
    left_out = _swept(candles, grid={"fast": [5, 10], "slow": [8, 20]}).heat_map
    assert left_out is not None
    assert [[value is None for value in row] for row in left_out.rows] == [[False, True], [False, False]]
    single = _swept(candles, grid={"fast": [5, 10]}).heat_map
    assert single is not None
    assert (single.y, len(single.rows), len(single.rows[0])) == (None, 1, 2)


def test_the_heat_map_refuses_by_name_axes_that_are_none() -> None:
    found = _example()
    with pytest.raises(SweepError, match="x must be one of fast slow kind"):
        heat_map(found.cells, found.axes, best=0, metric="sharpe", x="speed")
    with pytest.raises(SweepError, match="y must be another parameter than x"):
        heat_map(found.cells, found.axes, best=0, metric="sharpe", x="fast", y="fast")


def _walked(
    returns: list[list[float]], windows: WalkForward | None = None, rank_by: Ranking = Ranking.TOTAL_RETURN
) -> WalkForwardReport:
    ends = START + _DAY * np.arange(1, len(returns[0]) + 1)
    found = walk_forward(
        np.array(returns),
        range(10, 10 + len(returns)),
        ends,
        start=START,
        windows=windows,
        rank_by=rank_by,
        per_year=365,
    )
    assert found is not None
    return found


def test_it_warns_where_the_best_in_sample_is_not_among_the_best_out_of_sample() -> None:
    returns = [[0.03, 0.03, 0.03, 0.03, -0.05, -0.05], *([[0.0, 0.01, 0.0, 0.0, 0.02, 0.0]] * 7)]
    found = _walked(returns)
    (window,) = found.windows
    assert (window.best, window.rank, window.ranked, window.is_among_best) == (10, 8, 8, False)
    assert window.test_return == pytest.approx(0.95**2 - 1)
    words = warning_of(found, [{"fast": number} for number in range(20)])
    assert words == ("What was best in training (fast 10) came 8. of 8 in the test after it: it may have been luck.")


def test_it_does_not_warn_where_the_best_stays_among_the_best() -> None:
    returns = [[0.01 * row + 0.001 * day for day in range(6)] for row in range(8)]
    found = _walked(returns)
    assert (found.windows[0].best, found.windows[0].rank, found.among_best) == (17, 1, 1)
    assert warning_of(found, []) is None


def test_it_follows_the_best_of_each_training_through_its_test() -> None:
    returns = np.random.default_rng(3).normal(0, 0.02, (9, 60))
    found = _walked(returns.tolist(), WalkForward(train=20, test=10, step=10))
    followed = []
    for window, begin in zip(found.windows, range(0, 40, 10), strict=True):
        best = int(np.prod(1 + returns[:, begin : begin + 20], axis=1).argmax())
        tested = np.prod(1 + returns[:, begin + 20 : begin + 30], axis=1) - 1
        assert window.best == best + 10
        assert window.test_return == pytest.approx(tested[best])
        assert window.rank == sorted(tested, reverse=True).index(tested[best]) + 1
        followed.append(tested[best])
    assert found.total_return == pytest.approx(math.prod(1 + value for value in followed) - 1)
    assert found.among_best == sum(window.rank in (1, 2, 3) for window in found.windows)


def test_it_warns_of_several_windows_by_how_many_held() -> None:
    returns = np.random.default_rng(4).normal(0, 0.02, (40, 200))
    found = _walked(returns.tolist(), WalkForward(train=40, test=20, step=20))
    assert 2 * found.among_best < len(found.windows)
    words = warning_of(found, [])
    assert words is not None
    assert words.startswith(
        f"What was best in training was in the best quarter of the test after it in {found.among_best} of 8"
    )


def test_it_follows_a_test_until_the_next_begins_so_that_no_day_counts_twice() -> None:
    returns = [[0.0, 0.0] + [0.01] * 8, [0.0, 0.0] + [0.02] * 8]
    found = _walked(returns, WalkForward(train=3, test=3, step=1))
    assert [window.test_return for window in found.windows] == pytest.approx([1.02**3 - 1] * 5)
    assert found.total_return == pytest.approx(1.02**7 - 1)  # the last seven of the ten days, each once


def test_it_follows_the_last_test_and_those_with_days_between_them_to_their_ends() -> None:
    returns = [[0.01] * 10, [0.02] * 10]
    found = _walked(returns, WalkForward(train=2, test=2, step=4))
    assert found.total_return == pytest.approx(1.02**4 - 1)


@pytest.mark.parametrize("rank_by", Ranking)
def test_it_chooses_none_where_the_training_tells_nothing(rank_by: Ranking) -> None:
    still, late = [0.0] * 10, [0.0] * 4 + [0.02, -0.01, 0.03, -0.01, 0.02, 0.01]
    found = _walked([late, *([still] * 7)], WalkForward(train=4, test=2, step=2), rank_by)
    first, second, third = ((window.best, window.rank, window.test_return) for window in found.windows[:3])
    assert first == (None, None, 0.0)
    assert (second[0], third[0]) == (10, 10)
    assert found.windows[0].train_score is None
    assert not found.windows[0].is_among_best
    assert found.total_return == pytest.approx(1.03 * 0.99 * 1.02 * 1.01 - 1)


def test_windows_without_a_best_do_not_count_in_the_warning() -> None:
    still = [0.0] * 12
    luck = [0.0] * 4 + [0.05, 0.05, 0.05, 0.05, -0.05, -0.05, -0.05, -0.05]
    found = _walked([luck, *([still] * 7)], WalkForward(train=4, test=4, step=4))
    assert [window.best for window in found.windows] == [None, 10]
    words = warning_of(found, [{"fast": number} for number in range(20)])
    assert words == "What was best in training (fast 10) came 8. of 8 in the test after it: it may have been luck."
    nothing = _walked([still] * 8, WalkForward(train=4, test=4, step=4))
    assert (nothing.total_return, nothing.sharpe, nothing.among_best) == (0.0, None, 0)
    assert warning_of(nothing, []) is None


def test_a_sweep_in_which_nothing_was_traded_has_no_best() -> None:
    candles = random_walk(1, count=300)
    plan = plan_of(candles, strategy="dca", parameters={"amount": 1_000_000})
    sweep = sweep_plan(plan, {"every": [5, 10]}, rank_by=Ranking.TOTAL_RETURN)
    found = sweep_result(sweep, candles, _cells(sweep, candles), trials=2)
    assert (found.best, found.walk_forward, found.warning) == (None, None, None)

"""What can be swept: every combination that keeps the rules, within bounds, and what is refused by name."""

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.trading.engine.backtests.results.series import START, plan_of, random_walk
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.sweeps.errors import SweepError
from trading.engine.backtests.sweeps.plan import SweepPlan, WalkForward, planned_sweep, sweep_plan

_DAY = 86_400_000
_NONE = "parameters must give at least one combination that can be run"


def _plan(strategy: str = "ma_cross", **parameters: object) -> BacktestPlan:
    return plan_of(random_walk(1, count=24 * 100), strategy=strategy, parameters=parameters)


def _sweep(grid: Mapping[str, Sequence[object]], **asked: Any) -> SweepPlan:
    return sweep_plan(_plan(), grid, **asked)


def _refused(grid: Mapping[str, Sequence[object]], **asked: Any) -> Mapping[str, str]:
    with pytest.raises(SweepError) as refusal:
        _sweep(grid, **asked)
    return refusal.value.fields


def test_it_leaves_out_and_counts_combinations_that_break_a_rule() -> None:
    found = _sweep({"fast": [5, 10, 20], "slow": [10, 20]})
    assert found.combinations == (
        {"fast": 5, "slow": 10},
        {"fast": 5, "slow": 20},
        {"fast": 10, "slow": 20},
    )
    assert found.left_out == 3


def test_it_reads_values_as_the_strategy_does_and_takes_each_once() -> None:
    found = sweep_plan(_plan(), {"fast": ["5", 5, 6], "kind": ["ema", "sma"]})
    assert [axis.values for axis in found.axes] == [(5, 6), ("ema", "sma")]
    assert len(found.combinations) == 4


def test_it_keeps_what_is_not_swept_as_the_plan_has_it() -> None:
    found = sweep_plan(_plan(slow=50), {"fast": [5, 10]})
    assert found.plan_of(1).parameters == {"slow": 50, "fast": 10}
    assert found.plan_of(1).start == found.plan.start


@pytest.mark.parametrize(
    ("grid", "fields"),
    [
        ({}, {"parameters": "parameters must name at least one parameter with its values"}),
        ({"fast": []}, {"parameters.fast": "fast must have at least one value"}),
        ({"speed": [1]}, {"parameters.speed": "ma_cross has no parameter speed"}),
        ({"fast": [5, 1]}, {"parameters.fast": "fast must be a whole number from 2 to 200"}),
        (
            {"fast": [50], "slow": [50, 40]},
            {"parameters": f"{_NONE}: fast must be smaller than slow"},
        ),
        (
            {"fast": list(range(2, 102)), "slow": list(range(2, 103))},
            {"parameters": "parameters must give at most 1000 combinations, not 10100"},
        ),
        (
            {"fast": list(range(2, 52)), "slow": list(range(100, 150))},
            {"parameters": "parameters must give at most 1000 combinations, not 2500"},
        ),
    ],
)
def test_it_refuses_by_name_what_can_not_be_swept(grid: Mapping[str, Sequence[object]], fields: dict[str, str]) -> None:
    assert _refused(grid) == fields


@pytest.mark.parametrize(
    ("windows", "fields"),
    [
        (
            (0, 10, 0),
            {"walk_forward.train": "train must be at least 1 day", "walk_forward.step": "step must be at least 1 day"},
        ),
        ((90, 11, 1), {"walk_forward": "train and test must be at most the 100 days of the range together"}),
    ],
)
def test_it_refuses_by_name_windows_that_do_not_fit(windows: tuple[int, int, int], fields: dict[str, str]) -> None:
    train, test, step = windows
    assert _refused({"fast": [5]}, walk_forward=WalkForward(train=train, test=test, step=step)) == fields


def test_it_bounds_the_number_of_windows() -> None:
    plan = plan_of(random_walk(1, count=24 * 300), strategy="ma_cross")
    with pytest.raises(SweepError, match="at most 200 windows"):
        sweep_plan(plan, {"fast": [5]}, walk_forward=WalkForward(train=10, test=10, step=1))


def test_it_moves_windows_by_steps_while_they_fit() -> None:
    found = list(WalkForward(train=30, test=10, step=20).windows(START, START + 100 * _DAY))
    assert [((a - START) // _DAY, (b - START) // _DAY, (c - START) // _DAY) for a, b, c in found] == [
        (0, 30, 40),
        (20, 50, 60),
        (40, 70, 80),
        (60, 90, 100),
    ]


def test_it_refuses_a_combination_that_does_not_fit_the_instrument() -> None:
    plan = _plan("grid", upper_price=Decimal("100.05"), lower_price=Decimal(100))
    found = sweep_plan(plan, {"grid_count": [5, 10]})
    assert ([cell["grid_count"] for cell in found.combinations], found.left_out) == ([5], 1)


def test_what_was_planned_is_the_same_whatever_would_be_planned_now() -> None:
    plan = _plan("grid", upper_price=Decimal("100.05"), lower_price=Decimal(100))
    grid: Mapping[str, Sequence[object]] = {"grid_count": [10, 5, 4], "spacing": ["geometric", "arithmetic"]}
    found = sweep_plan(plan, grid)
    assert found.places() == (2, 3, 4, 5)
    finer = replace(plan, instrument=dataclasses.replace(plan.instrument, tick_size=Decimal("0.001")))
    assert len(sweep_plan(finer, grid).combinations) == 6
    again = planned_sweep(finer, grid, found.places())
    assert (again.combinations, again.left_out) == (found.combinations, found.left_out)


def test_what_was_planned_is_not_asked_again_for_its_windows() -> None:
    windows = WalkForward(train=90, test=10, step=10)
    found = planned_sweep(replace(_plan(), end=START + _DAY), {"fast": [5]}, (0,), walk_forward=windows)
    assert found.walk_forward == windows


def test_what_was_planned_names_values_that_the_strategy_takes_no_more() -> None:
    with pytest.raises(SweepError, match="fast must be a whole number from 2 to 200"):
        planned_sweep(_plan(), {"fast": [5, 1]}, (0, 1))

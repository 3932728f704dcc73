"""What is to be swept: every combination of the values of some parameters, of which some are left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import product
from math import prod
from typing import Any

import msgspec

from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.results.periods import DAY
from trading.engine.backtests.runner import Strategies
from trading.engine.backtests.sweeps.errors import SweepError
from trading.engine.strategies.errors import StrategyParametersError
from trading.engine.strategies.parameters import read_parameter, read_parameters
from trading.engine.strategies.registry import strategy_of
from trading.engine.strategies.strategy import Strategy

MOST_RUNS = 1_000
_MOST_LEFT_OUT = 10
"""So many times as many combinations may be asked for as may be run: the others break rules across parameters."""
MOST_WINDOWS = 200


class Ranking(StrEnum):
    """By which metric the combinations are ranked; a higher one is better, and an undefined one the worst."""

    SHARPE = "sharpe"
    SORTINO = "sortino"
    TOTAL_RETURN = "total_return"


class WalkForward(msgspec.Struct, frozen=True, kw_only=True):
    """Windows in days: what is best in `train` is tested in the `test` after it, and again each `step` days later."""

    train: int
    test: int
    step: int

    def windows(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Give of each window the start, the end of the training, and the end of the test (ms)."""
        length = (self.train + self.test) * DAY
        for begin in range(start, end - length + 1, self.step * DAY):
            yield begin, begin + self.train * DAY, begin + length


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter that is swept, and its values."""

    name: str
    values: tuple[Any, ...]


class SweepPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A sweep: of `plan`, with each of the `combinations` of parameters in turn.

    `left_out` counts those that break rules across parameters. Without `walk_forward`, the first two thirds are the
    training, and the last third is the test.
    """

    plan: BacktestPlan
    axes: tuple[Axis, ...]
    combinations: tuple[Mapping[str, Any], ...]
    left_out: int
    walk_forward: WalkForward | None
    rank_by: Ranking

    def plan_of(self, number: int) -> BacktestPlan:
        """Return the plan of one combination."""
        parameters = {**self.plan.parameters, **self.combinations[number]}
        return msgspec.structs.replace(self.plan, parameters=parameters)

    def places(self) -> tuple[int, ...]:
        """Return where each combination stands among all that the axes make, as `_by_name` orders these."""
        axes = _by_name(self.axes)
        places = {values: place for place, values in enumerate(product(*(axis.values for axis in axes)))}
        return tuple(places[tuple(chosen[axis.name] for axis in axes)] for chosen in self.combinations)


def sweep_plan(
    plan: BacktestPlan,
    grid: Mapping[str, Sequence[object]],
    *,
    walk_forward: WalkForward | None = None,
    rank_by: Ranking = Ranking.SHARPE,
    most_runs: int = MOST_RUNS,
    strategies: Strategies | None = None,
) -> SweepPlan:
    """Return the sweep over all combinations of the values in `grid`; what it doesn't name is as in `plan`.

    Raise `SweepError` that names all that is wrong: a parameter or a value that can't be, too many combinations, none
    that keeps the rules, windows that don't fit the range.
    """
    kind = strategy_of(plan.strategy, strategies)
    wrong = dict(_wrong_windows(plan, walk_forward))
    axes = _axes(kind, grid, wrong)
    count = prod(len(axis.values) for axis in axes)
    if not wrong and count > most_runs * _MOST_LEFT_OUT:
        wrong["parameters"] = f"parameters must give at most {most_runs} combinations, not {count}"
    if wrong:
        raise SweepError(wrong)
    combinations = tuple(chosen for chosen in _all_combinations(axes) if not _wrong_together(kind, plan, chosen))
    if not 0 < len(combinations) <= most_runs:
        raise SweepError({"parameters": _wrong_count(kind, plan, axes, len(combinations), most_runs)})
    return SweepPlan(
        plan=plan,
        axes=axes,
        combinations=combinations,
        left_out=count - len(combinations),
        walk_forward=walk_forward,
        rank_by=rank_by,
    )


def planned_sweep(
    plan: BacktestPlan,
    grid: Mapping[str, Sequence[object]],
    places: Sequence[int],
    *,
    walk_forward: WalkForward | None = None,
    rank_by: Ranking = Ranking.SHARPE,
    strategies: Strategies | None = None,
) -> SweepPlan:
    """Return a sweep as it was planned: of the combinations of the values in `grid`, those at these `places`.

    They keep the rules that held then, by what was known then (the tick, the end of the range), and are the same
    whatever is known now. Raise `SweepError` where the strategy doesn't take one of the values any more.
    """
    wrong: dict[str, str] = {}
    axes = _axes(strategy_of(plan.strategy, strategies), grid, wrong)
    if wrong:
        raise SweepError(wrong)
    every = tuple(_all_combinations(_by_name(axes)))
    return SweepPlan(
        plan=plan,
        axes=axes,
        combinations=tuple(every[place] for place in places),
        left_out=len(every) - len(places),
        walk_forward=walk_forward,
        rank_by=rank_by,
    )


def _axes(kind: type[Strategy[Any]], grid: Mapping[str, Sequence[object]], wrong: dict[str, str]) -> tuple[Axis, ...]:
    """Return the axes, each value once; add to `wrong` what is wrong by itself."""
    axes = []
    for name, given in grid.items():
        values: list[object] = []
        for value in given:
            try:
                read = read_parameter(kind, name, value)
            except StrategyParametersError as error:
                wrong |= {f"parameters.{field}": words for field, words in error.fields.items()}
                break
            if read not in values:
                values.append(read)
        if not given:
            wrong[f"parameters.{name}"] = f"{name} must have at least one value"
        axes.append(Axis(name=name, values=tuple(values)))
    if not grid:
        wrong["parameters"] = "parameters must name at least one parameter with its values"
    return tuple(axes)


def _by_name(axes: Iterable[Axis]) -> list[Axis]:
    """Return axes in an order that doesn't depend on how they are kept: PostgreSQL sorts the names in JSON."""
    return sorted(axes, key=lambda axis: axis.name)


def _all_combinations(axes: Sequence[Axis]) -> Iterator[Mapping[str, Any]]:
    """Give all combinations, the last axis changing fastest."""
    names = [axis.name for axis in axes]
    for values in product(*(axis.values for axis in axes)):
        yield dict(zip(names, values, strict=True))


def _wrong_together(kind: type[Strategy[Any]], plan: BacktestPlan, chosen: Mapping[str, Any]) -> Mapping[str, str]:
    try:
        read_parameters(kind, {**plan.parameters, **chosen}, plan.instrument)
    except StrategyParametersError as error:
        return error.fields
    return {}


def _wrong_count(
    kind: type[Strategy[Any]], plan: BacktestPlan, axes: Sequence[Axis], count: int, most_runs: int
) -> str:
    """Return what is wrong with no combination, or too many."""
    if count:
        return f"parameters must give at most {most_runs} combinations, not {count}"
    first = {axis.name: axis.values[0] for axis in axes}
    faults = ", ".join(_wrong_together(kind, plan, first).values())
    return f"parameters must give at least one combination that can be run: {faults}"


def _wrong_windows(plan: BacktestPlan, windows: WalkForward | None) -> Iterator[tuple[str, str]]:
    """Give what is wrong with the windows."""
    if windows is None:
        return
    short = [name for name in ("train", "test", "step") if getattr(windows, name) < 1]
    yield from ((f"walk_forward.{name}", f"{name} must be at least 1 day") for name in short)
    days = (plan.end - plan.start) // DAY
    if windows.train + windows.test > days:
        yield "walk_forward", f"train and test must be at most the {days} days of the range together"
    elif not short and (days - windows.train - windows.test) // windows.step >= MOST_WINDOWS:
        yield "walk_forward.step", f"step must be so long that there are at most {MOST_WINDOWS} windows"

"""Look-ahead: who knows what is still to come is caught, who doesn't isn't."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.trading.engine.backtests.cheaters import CHEATERS
from tests.trading.engine.backtests.checks.mistaken import MISTAKEN, PrivateSeries
from tests.trading.engine.backtests.results.series import plan_of, random_walk
from trading.engine.backtests.checks.checking import check, short_checks
from trading.engine.backtests.checks.report import ChecksReport, Verdict
from trading.engine.backtests.plan import BacktestPlan, Progress
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.errors import StrategyError
from trading.engine.strategies.registry import installed_strategies
from trading.engine.strategies.strategy import Strategy

_CHEATERS: dict[str, type[Strategy[Any]]] = {**{cheater.name: cheater for cheater in CHEATERS}, **MISTAKEN}
_STRATEGIES = {**installed_strategies(), **_CHEATERS}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "grid": {"upper_price": Decimal(130), "lower_price": Decimal(75), "grid_count": 20},
}
_HONEST = [name for name, strategy in installed_strategies().items() if not strategy.model_parameter]
"""What asks a model decides nothing without one: tests/trading/running/test_asked_backtest.py."""


def _checked(name: str, candles: CandleSeries, **changes: object) -> ChecksReport:
    found = check(_plan(name, candles, **changes), candles, strategies=_STRATEGIES)
    assert found is not None
    return found


def _plan(name: str, candles: CandleSeries, **changes: object) -> BacktestPlan:
    return plan_of(candles, strategy=name, parameters=_PARAMETERS.get(name, {}), **changes)


def _without_end(name: str, candles: CandleSeries) -> BacktestPlan:
    """Return a plan that ends a candle before the series does: so who reads one too far doesn't fail by itself."""
    return _plan(name, candles.until(len(candles) - 1))


@pytest.mark.long
@pytest.mark.parametrize("name", _CHEATERS)
def test_it_catches_who_knows_what_is_still_to_come(name: str) -> None:
    candles = random_walk(1, count=300)
    plan = _without_end(name, candles)
    found = check(plan, candles, strategies=_STRATEGIES)
    assert found is not None
    assert found.look_ahead.verdict is Verdict.FAILED
    assert "look_ahead" in found.failed
    assert found.look_ahead.differences[0].time >= plan.start


@pytest.mark.long
@pytest.mark.parametrize("name", _CHEATERS)
def test_every_result_carries_enough_of_it_to_catch_them(name: str) -> None:
    candles = random_walk(3, count=2000)
    plan = _without_end(name, candles)
    outcome = run(plan, candles, strategies=_STRATEGIES)
    found = short_checks(plan, candles, outcome, strategies=_STRATEGIES)
    assert found.look_ahead.verdict is Verdict.FAILED
    assert found.look_ahead.cuts < 10


@pytest.mark.parametrize("name", _HONEST)
def test_it_finds_nothing_where_there_is_nothing(name: str) -> None:
    candles = random_walk(1, count=1500)
    found = _checked(name, candles)
    assert (found.look_ahead.verdict, found.look_ahead.differences) == (Verdict.PASSED, ())
    assert found.warm_up.verdict in {Verdict.PASSED, Verdict.NOT_CHECKED}
    outcome = run(_plan(name, candles), candles, strategies=_STRATEGIES)
    short = short_checks(_plan(name, candles), candles, outcome, strategies=_STRATEGIES)
    assert short.look_ahead.verdict is Verdict.PASSED


def test_candles_after_the_end_of_the_plan_are_no_look_ahead() -> None:
    candles = random_walk(1, count=400)
    fast = {"fast": 2, "slow": 5}
    plan = msgspec.structs.replace(_plan("ma_cross", candles.until(200)), parameters=fast)
    outcome = run(plan, candles, strategies=_STRATEGIES)
    for seed in range(10):
        seeded = msgspec.structs.replace(plan, seed=seed)
        found = short_checks(seeded, candles, outcome, strategies=_STRATEGIES).look_ahead
        assert (found.verdict, found.differences) == (Verdict.PASSED, ())


def test_it_says_that_nothing_was_checked_where_nothing_was_decided() -> None:
    found = _checked("ma_cross", random_walk(1, count=20))
    assert found.look_ahead.verdict is Verdict.NOT_CHECKED
    assert found.warm_up.verdict is Verdict.NOT_CHECKED


def test_it_gives_the_same_for_the_same_seed() -> None:
    candles = random_walk(4, count=600)
    assert _checked("rsi_reversion", candles) == _checked("rsi_reversion", candles)


def test_it_tells_what_was_expected_and_what_was_found() -> None:
    found = _checked("of_own_interest", random_walk(1, count=600)).look_ahead.differences[0]
    assert found.found != found.expected
    assert {found.expected.split(" ")[0], found.found.split(" ")[0]} <= {"buy", "sell", ""}


def test_it_lets_a_strategy_fail_that_fails_with_all_candles_too() -> None:
    candles = random_walk(1, count=100)
    with pytest.raises(StrategyError, match=PrivateSeries.name):
        _checked(PrivateSeries.name, candles)


def test_it_reports_its_progress_over_all_runs_and_stops_when_told_to() -> None:
    candles = random_walk(2, count=1000)
    plan, seen = _plan("of_own_interest", candles), []

    def report(progress: Progress) -> bool:
        seen.append((progress.done, progress.total))
        return progress.done < 5_000

    found = check(plan, candles, strategies=_STRATEGIES, report=report)
    assert found is not None
    assert 0 < found.look_ahead.cuts < 24
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert all(done <= total for done, total in seen)
    assert seen[-1][0] < 6_000
    assert check(plan, candles, strategies=_STRATEGIES, report=lambda _: False) is None


def test_the_checks_of_a_result_end_when_told_to_and_say_that_they_checked_nothing() -> None:
    candles = random_walk(2, count=1000)
    plan, asked = _plan("ma_cross", candles), []

    def report(progress: Progress) -> bool:
        asked.append(progress)
        return False

    outcome = run(plan, candles)
    found = short_checks(plan, candles, outcome, report=report)
    assert (found.look_ahead.verdict, found.look_ahead.cuts) == (Verdict.NOT_CHECKED, 0)
    assert found.warm_up.verdict is Verdict.NOT_CHECKED
    assert found.data_gaps.verdict is Verdict.PASSED
    assert asked[-1].done <= 250  # no more than the first stretch was run


def test_a_cut_that_was_stopped_has_shown_nothing() -> None:
    candles = random_walk(2, count=5000)
    plan = plan_of(candles, strategy="dca", parameters={"every": 1, "amount": "0.01"})
    found = check(plan, candles, outcome=run(plan, candles), report=lambda progress: progress.done < 60)
    assert found is not None
    assert (found.look_ahead.cuts, found.look_ahead.decisions) == (1, 28)  # orders and signals of the first 14 candles

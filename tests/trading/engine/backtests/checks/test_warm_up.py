"""Warm-up: whether decisions depend on how much history there was."""

from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
import pytest

from streaming.events import Interval
from tests.trading.engine.backtests.results.series import candles_of, plan_of, random_walk
from trading.engine.backtests.checks.checking import check, short_checks
from trading.engine.backtests.checks.report import Verdict, WarmUpReport
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.registry import installed_strategies
from trading.engine.strategies.strategy import Strategy


class _NoParameters(msgspec.Struct, frozen=True):
    pass


class _FromTheFirst(Strategy[_NoParameters]):
    """Compares the close with the very first that it can see: how long ago that was depends on the history."""

    name, title, description = "from_the_first", "From the first", "Never forgets."
    Parameters = _NoParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        broker, closes = self.context.broker, self.context.data.close
        if closes[-1] > closes[0] and not broker.position:
            broker.buy(quote_amount=Decimal(1000))
        elif closes[-1] < closes[0] and broker.position:
            broker.close_position()


_STRATEGIES: dict[str, type[Strategy[Any]]] = {**installed_strategies(), _FromTheFirst.name: _FromTheFirst}


def _checked(name: str, candles: CandleSeries, **parameters: object) -> WarmUpReport:
    found = check(_plan(name, candles, parameters), candles, strategies=_STRATEGIES)
    assert found is not None
    return found.warm_up


def _plan(name: str, candles: CandleSeries, parameters: dict[str, object]) -> BacktestPlan:
    return plan_of(candles, strategy=name, parameters=parameters)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_finds_who_never_forgets(seed: int) -> None:
    waves = 100 + 10 * np.sin(np.arange(900) / 9) + np.random.default_rng(seed).normal(0, 1, 900)
    candles = candles_of(waves.tolist())
    found = _checked(_FromTheFirst.name, candles)
    assert found.verdict is Verdict.FAILED
    assert found.settled_after > found.compared // 2
    assert found.differences


def test_it_trusts_averages_over_a_window_from_the_first_candle_on() -> None:
    found = _checked("ma_cross", random_walk(1, count=3000), fast=10, slow=30)
    assert (found.verdict, found.candles, found.histories) == (Verdict.PASSED, 29, (29, 290))
    assert found.settled_after <= 1
    assert found.decisions > 20


def test_it_tells_how_long_a_recursive_indicator_remembers() -> None:
    found = _checked("rsi_reversion", random_walk(2, count=3000))
    assert found.verdict is Verdict.PASSED
    assert found.settled_after < 300


def test_it_checks_nothing_where_too_little_lies_before() -> None:
    candles = random_walk(1, count=50)
    assert _checked("ma_cross", candles, fast=10, slow=40).verdict is Verdict.NOT_CHECKED


def test_it_looks_at_a_bounded_stretch_of_a_long_run() -> None:
    candles = random_walk(1, count=30_000, interval=Interval.MINUTE_1)
    plan = _plan("ma_cross", candles, {"fast": 10, "slow": 30})
    outcome = run(plan, candles, strategies=_STRATEGIES)
    found = short_checks(plan, candles, outcome, strategies=_STRATEGIES).warm_up
    assert found.verdict is Verdict.PASSED
    assert found.compared == 300


def test_it_starts_where_there_is_history_before_the_plan() -> None:
    candles = random_walk(1, count=2000)
    plan = msgspec.structs.replace(
        _plan("ma_cross", candles, {"fast": 10, "slow": 30}), start=int(candles.open_time[500])
    )
    found = check(plan, candles, strategies=_STRATEGIES)
    assert found is not None
    assert found.warm_up.verdict is Verdict.PASSED
    assert np.array(found.warm_up.histories).tolist() == [29, 290]

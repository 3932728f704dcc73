"""What a strategy is measured against: buying at once and holding, and doing nothing."""

from decimal import Decimal

import pytest

from tests.trading.engine.backtests.results.series import CAPITAL, HandMadeRun, candles_of, plan_of, random_walk
from trading.engine.amounts import ONE, amount_of
from trading.engine.backtests.results.benchmarks import benchmarks_of, bought_at_once, held_curve
from trading.engine.backtests.results.equity_curve import equity_curve
from trading.engine.backtests.results.periods import period_of


def test_it_buys_whole_steps_at_the_first_open_with_fee_and_slippage() -> None:
    candles = candles_of([100, 110, 120])
    candles = type(candles).of_rows(
        candles.instrument, candles.interval, [(int(candles.open_time[0]), 10_000, 10_010, 9_990, 10_000, 10**9)]
    )
    held = bought_at_once(plan_of(candles), candles)
    notional = held.steps * 10_005 * candles.instrument.notional_unit
    assert held.fee == notional // 1000
    assert held.rest + notional + held.fee == amount_of(CAPITAL)
    assert 0 <= held.rest < ONE // 100


def test_it_never_buys_outside_of_the_first_candle() -> None:
    candles = candles_of([100, 110])
    held = bought_at_once(plan_of(candles), candles)
    assert held.fee == held.steps * 10_000 * candles.instrument.notional_unit // 1000


def test_it_measures_both_over_the_same_candles() -> None:
    candles = random_walk(3)
    run = HandMadeRun(candles)
    curve = equity_curve(run.plan, candles, run.outcome())
    held = bought_at_once(run.plan, candles)
    period = period_of(curve.end - curve.start, candles.interval)
    found = benchmarks_of(run.plan, candles, held, held_curve(held, candles, curve), period)
    price_return = candles.close[-1] / candles.open[0] - 1
    assert found.buy_and_hold.total_return == pytest.approx(price_return, abs=0.003)
    assert found.buy_and_hold.final_equity < CAPITAL * (1 + Decimal(float(price_return)))
    assert (found.buy_and_hold.exposure, found.buy_and_hold.trades) == (1.0, 0)
    assert (found.flat.total_return, found.flat.cagr, found.flat.max_drawdown, found.flat.sharpe) == (0, 0, 0, None)
    assert found.flat.final_equity == CAPITAL


def test_it_holds_nothing_where_the_capital_buys_no_step() -> None:
    candles = candles_of([90_000_000, 90_000_000])
    plan = plan_of(candles, initial_capital=Decimal(1))
    assert bought_at_once(plan, candles).steps == 0

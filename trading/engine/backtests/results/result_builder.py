"""How a result is made of what a run did."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from trading.engine.backtests.checks.checking import short_checks
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import BacktestPlan, Report
from trading.engine.backtests.results.benchmarks import benchmarks_of, bought_at_once, held_curve
from trading.engine.backtests.results.bootstrap import bootstrap_intervals
from trading.engine.backtests.results.deflated_sharpe import deflated_sharpe, moments_of
from trading.engine.backtests.results.equity_curve import sample
from trading.engine.backtests.results.executions import fill_table, order_table
from trading.engine.backtests.results.fingerprint import fingerprint_of
from trading.engine.backtests.results.monthly import monthly_returns
from trading.engine.backtests.results.result import MOST_NOTES, BacktestResult, KeptRefusal, KeptSignal, kept_plan
from trading.engine.backtests.results.statistics import RunStatistics, statistics_of
from trading.engine.backtests.results.trades import trade_table
from trading.engine.backtests.runner import Strategies
from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.registry import strategy_of

Kept = TypeVar("Kept", KeptSignal, KeptRefusal)


def result_of(
    plan: BacktestPlan,
    series: CandleSeries,
    outcome: RunOutcome,
    *,
    strategies: Strategies | None = None,
    trials: int,
    finer: CandleSeries | None = None,
    report: Report | None = None,
) -> BacktestResult:
    """Return the result of a run of `plan` over `series` (and `finer`, where it had those candles).

    `trials` is the number of runs that its user has made on the symbol, this one included. The checks are those that
    cost little: look-ahead and warm-up only around some decisions, and only as long as `report` doesn't say to stop.
    """
    candles = series.between(plan.start, plan.end)
    found = statistics_of(plan, candles, outcome)
    held = bought_at_once(plan, candles)
    held_equity = held_curve(held, candles, found.curve)
    traded = kept_plan(plan)
    return BacktestResult(
        plan=traded,
        candles=outcome.candles_done,
        is_partial=outcome.is_partial,
        warm_up=outcome.warm_up,
        metrics=found.metrics,
        benchmarks=benchmarks_of(plan, candles, held, held_equity, found.period),
        period=found.period,
        intervals=bootstrap_intervals(found.returns, periods_per_year=found.period.per_year, seed=plan.seed),
        deflated_sharpe=_deflated(found, trials),
        trials=trials,
        equity=sample(found.curve, found.drawdown, found.deepest, held_equity.equity),
        monthly=monthly_returns(found.curve),
        trades=trade_table(found.trips, candles.open_time),
        fills=fill_table(outcome.fills, traded.instrument),
        orders=order_table(outcome.orders, traded.instrument),
        signals=_kept(outcome.signals, KeptSignal),
        signal_count=outcome.signal_count,
        refusals=_kept(outcome.refusals, KeptRefusal),
        refusal_count=outcome.refusal_count,
        checks=short_checks(plan, series, outcome, strategies=strategies, finer=finer, report=report),
        fingerprint=fingerprint_of(
            plan, series, finer, strategy_module=strategy_of(plan.strategy, strategies).__module__
        ),
    )


def _kept(notes: Sequence[object], kind: type[Kept]) -> tuple[Kept, ...]:
    """Return the first of what a run noted, as a result keeps it."""
    return tuple(msgspec.convert(note, kind, from_attributes=True) for note in notes[:MOST_NOTES])


def _deflated(found: RunStatistics, trials: int) -> float | None:
    moments = moments_of(found.returns)
    return deflated_sharpe(moments, trials=max(1, trials)) if moments else None

"""A run in numbers: its equity curve, the returns of its periods, its trades, and the metrics of these."""

from dataclasses import dataclass

import numpy as np

from trading.engine.accounts.account import value_of
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.results.equity_curve import (
    Drawdown,
    EquityCurve,
    deepest_drawdown,
    equity_curve,
    spans_of,
)
from trading.engine.backtests.results.metrics import Metrics, metrics_of
from trading.engine.backtests.results.periods import Period, period_of, period_returns
from trading.engine.backtests.results.trades import RoundTrip, round_trips
from trading.engine.backtests.series import CandleSeries, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatistics:
    """What a run came to: all that a sweep needs of each of its runs."""

    curve: EquityCurve
    drawdown: Floats
    deepest: Drawdown
    period: Period
    returns: Floats
    trips: list[RoundTrip]
    metrics: Metrics


def statistics_of(plan: BacktestPlan, candles: CandleSeries, outcome: RunOutcome) -> RunStatistics:
    """Return a run in numbers; `candles` are those that it traded."""
    curve = equity_curve(plan, candles, outcome)
    drawdown = curve.drawdown()
    deepest = deepest_drawdown(curve, drawdown)
    period = period_of(curve.end - curve.start, plan.interval)
    returns = period_returns(curve, period)
    trips = round_trips(outcome.fills, plan.instrument)
    metrics = metrics_of(
        curve,
        returns,
        period,
        drawdown=deepest,
        final_equity=_final_equity(candles, outcome),
        exposure=_exposure(plan, outcome),
        fees=_fees(plan, outcome),
        trades=trips,
    )
    return RunStatistics(
        curve=curve, drawdown=drawdown, deepest=deepest, period=period, returns=returns, trips=trips, metrics=metrics
    )


def _final_equity(candles: CandleSeries, outcome: RunOutcome) -> int:
    """Return what all is worth at the last close, as an exact amount of quote."""
    held = outcome.holdings
    if not outcome.candles_done:
        return held.quote[0]
    price = int(candles.close[outcome.candles_done - 1]) * candles.instrument.price_unit
    return held.quote[-1] + value_of(held.base[-1], price)


def _exposure(plan: BacktestPlan, outcome: RunOutcome) -> float:
    """Return the share of the candles at whose close at least a step was held."""
    done = outcome.candles_done
    if not done:
        return 0.0
    held = np.array([base >= plan.instrument.quantity_unit for base in outcome.holdings.base])
    return float(spans_of(outcome)[held].sum()) / done


def _fees(plan: BacktestPlan, outcome: RunOutcome) -> int:
    """Return all fees as an amount of quote; one that was charged in base at the price of its fill."""
    quote, price_unit = plan.instrument.quote, plan.instrument.price_unit
    return sum(
        fill.fee if fill.fee_asset == quote else value_of(fill.fee, fill.price * price_unit) for fill in outcome.fills
    )

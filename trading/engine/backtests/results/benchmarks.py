"""What the same capital had become without a strategy: by buying at once and holding, and by doing nothing."""

from typing import NamedTuple

import msgspec
import numpy as np

from streaming.events import Side
from trading.engine.amounts import amount_of
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.results.equity_curve import EquityCurve, deepest_drawdown, in_units
from trading.engine.backtests.results.metrics import Metrics, metrics_of
from trading.engine.backtests.results.periods import Period, period_returns
from trading.engine.backtests.series import CandleSeries, Floats
from trading.engine.fees import Liquidity
from trading.engine.matching.slippage import Slippage


class Benchmarks(msgspec.Struct, frozen=True, kw_only=True):
    """The metrics of what a strategy is measured against."""

    buy_and_hold: Metrics
    flat: Metrics


class HeldCapital(NamedTuple):
    """What the capital became at the first open: the `rest` and the `fee` as amounts of quote, and what was bought."""

    rest: int
    steps: int
    fee: int


def bought_at_once(plan: BacktestPlan, candles: CandleSeries) -> HeldCapital:
    """Return all of the capital invested at the first open, with slippage and the taker's fee, in whole steps."""
    capital, instrument, fees = amount_of(plan.initial_capital), plan.instrument, plan.fees()
    if not len(candles):
        return HeldCapital(rest=capital, steps=0, fee=0)
    ticks = min(Slippage(plan.slippage).price(Side.BUY, int(candles.open[0])), int(candles.high[0]))
    each = instrument.notional(ticks, 1)
    steps = capital // (each + fees.fee(each, Liquidity.TAKER))
    fee = fees.fee(each * steps, Liquidity.TAKER)
    return HeldCapital(rest=capital - each * steps - fee, steps=steps, fee=fee)


def held_curve(held: HeldCapital, candles: CandleSeries, curve: EquityCurve) -> EquityCurve:
    """Return the equity of held capital at the closes of the candles of `curve`."""
    bought = in_units([held.steps * candles.instrument.quantity_unit])[0]
    equity: Floats = in_units([held.rest])[0] + bought * candles.column("close")[: len(curve)]
    return EquityCurve(start=curve.start, initial=curve.initial, times=curve.times, equity=equity)


def benchmarks_of(
    plan: BacktestPlan, candles: CandleSeries, held: HeldCapital, held_equity: EquityCurve, period: Period
) -> Benchmarks:
    """Return the metrics of both benchmarks over the same candles and periods."""
    return Benchmarks(
        buy_and_hold=_held_metrics(candles, held, held_equity, period), flat=_flat_metrics(plan, held_equity, period)
    )


def _held_metrics(candles: CandleSeries, held: HeldCapital, curve: EquityCurve, period: Period) -> Metrics:
    last = int(candles.close[len(curve) - 1]) if len(curve) else 0
    return metrics_of(
        curve,
        period_returns(curve, period),
        period,
        drawdown=deepest_drawdown(curve, curve.drawdown()),
        final_equity=held.rest + candles.instrument.notional(last, held.steps),
        exposure=float(held.steps > 0 and len(curve) > 0),
        fees=held.fee,
    )


def _flat_metrics(plan: BacktestPlan, curve: EquityCurve, period: Period) -> Metrics:
    flat = EquityCurve(
        start=curve.start,
        initial=curve.initial,
        times=curve.times[-1:],
        equity=np.full(min(1, len(curve)), curve.initial),
    )
    capital = amount_of(plan.initial_capital)
    return metrics_of(flat, np.zeros(2), period, drawdown=deepest_drawdown(flat, flat.drawdown()), final_equity=capital)

"""What came of a run: exact, complete, and the same for the same plan and candles."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from streaming.events import Side
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import amount_of
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.series import CandleSeries
from trading.engine.orders.order import Order
from trading.engine.strategies.signals import Signal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holdings:
    """What was owned after each change, as amounts of 10⁻²⁴; the first entry, at candle -1, is what was there at first.

    `candles` are indexes into the series as it was given, of the candles in which the changes were; where one has
    several, its last one holds at its close. Both amounts with what open orders have set aside.
    """

    candles: NDArray[np.int64]
    quote: tuple[int, ...]
    base: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRefusal:
    """An order that was refused, or expired because it couldn't be paid: when (ms), its number and why."""

    time: int
    order: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunOutcome:
    """Everything that a run did, in its order.

    `first_candle` is the index in the series of the first that was traded: those before it are history, which only
    indicators see. `is_partial` where the run was stopped after `candles_done` candles. `warm_up` is the number of
    candles before the first at which all indicators have a value; `signal_count` and `refusal_count` count also those
    beyond what is kept.
    `finer_candles` is in how many candles finer ones decided what was executed.
    """

    orders: tuple[Order, ...]
    fills: tuple[Fill, ...]
    holdings: Holdings
    first_candle: int
    candles_done: int
    is_partial: bool
    path_dependent_fills: int
    finer_candles: int
    warm_up: int
    signals: tuple[Signal, ...]
    signal_count: int
    refusals: tuple[LoggedRefusal, ...]
    refusal_count: int


def holdings_of(plan: BacktestPlan, series: CandleSeries, fills: Sequence[Fill]) -> Holdings:
    """Return what was owned after each execution, from what each paid and received."""
    times = np.fromiter((fill.time for fill in fills), dtype=np.int64, count=len(fills))
    candles = np.searchsorted(series.open_time, times, side="right") - 1
    changes = [_change(plan, fill) for fill in fills]
    start = amount_of(plan.initial_capital)
    return Holdings(
        candles=np.concatenate((np.array([-1]), candles)),
        quote=tuple(accumulate((quote for quote, _ in changes), initial=start)),
        base=tuple(accumulate((base for _, base in changes), initial=0)),
    )


def _change(plan: BacktestPlan, fill: Fill) -> tuple[int, int]:
    """Return by how much an execution changed what there is of quote and of base; a fee in a third asset neither."""
    sign = 1 if fill.side is Side.BUY else -1
    quote, base = -sign * fill.notional, sign * fill.quantity * plan.instrument.quantity_unit
    if fill.fee_asset == plan.instrument.quote:
        return quote - fill.fee, base
    return quote, base - (fill.fee if fill.fee_asset == plan.instrument.base else 0)

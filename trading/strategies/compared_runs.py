"""A live strategy, by its rows, and the result of a backtest as the comparison takes them. Both are bounded.

Where a run did more than is read, it is compared up to there.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
from django.conf import settings
from django.db.models import Q

from streaming.events import Interval, Side, SignalAction
from streaming.events.intervals import next_open_time, open_time_at
from streaming.market.candle_ranges import CandleRange
from streaming.times import milliseconds
from trading.backtests.strategies import parameters_read
from trading.engine.amounts import decimal_of
from trading.engine.backtests.comparison.compared_run import (
    ComparedFill,
    ComparedOrder,
    ComparedRun,
    ComparedSignal,
    decided_at,
)
from trading.engine.backtests.comparison.differences import NotAsked
from trading.engine.backtests.results.columns import integers
from trading.engine.backtests.results.executions import Execution, ShownOrder
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.instrument import Instrument
from trading.engine.live.strategies.memory import AskedChanged, Delivery, GapPassed, OwnOrderHeldBack
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType
from trading.engine.strategies.errors import StrategyParametersError
from trading.live.rows.strategy_rows import deliveries_of
from trading.models import Fill, Order, Strategy, StrategyDelivery

MOST_COMPARED = 10_000
"""So many orders, fills and signals of each run are read, and so much else that was told to a live one."""
_TOLD = Q(delivery__startswith='{"type":"asked"') | Q(delivery__startswith='{"type":"gap"')
_HELD_BACK = Q(delivery__startswith='{"type":"held_back"')


class LiveRun(msgspec.Struct, frozen=True, kw_only=True):
    """A live strategy as it is compared, and when it wasn't asked."""

    run: ComparedRun
    not_asked: Sequence[NotAsked]


def live_run(strategy: Strategy, candles: CandleRange, instrument: Instrument) -> LiveRun:
    """Return what a live strategy did by these candles."""
    interval = Interval(strategy.interval)
    end = next_open_time(interval, candles.end)
    orders, held_back = _orders(strategy), _held_back(strategy, interval, instrument)
    fills, signals = _fills(strategy), _signals(strategy)
    run = ComparedRun(
        start=candles.start,
        end=min(_read_until(interval, end, orders, fills), _read_until(interval, end, held_back, ())),
        signals_start=signals[0].time if signals and _are_forgotten(strategy) else candles.start,
        signals_end=_told_until(interval, end, signals),
        capital=strategy.investment,
        settings=_live_settings(strategy),
        signals=signals,
        orders=[*orders, *held_back],
        fills=fills,
    )
    return LiveRun(run=run, not_asked=_not_asked(strategy, interval, end))


def tested_run(result: BacktestResult, start: int) -> ComparedRun:
    """Return what a backtest did from `start` (ms) on."""
    plan, interval = result.plan, result.plan.interval
    end = result.equity.times[-1]
    reasons = {refusal.order: refusal.message for refusal in result.refusals}
    shown = result.orders.page(_first(result.orders.placed_at, start), MOST_COMPARED + 1)
    orders = [_tested_order(one, reasons.get(one.number, "")) for one in shown]
    executions = result.fills.page(_first(result.fills.time, start), MOST_COMPARED + 1)
    fills = [_tested_fill(one) for one in executions]
    are_all = result.signal_count <= len(result.signals)
    return ComparedRun(
        start=plan.start,
        end=_read_until(interval, end, orders, fills),
        signals_start=plan.start,
        signals_end=end if are_all else decided_at(interval, result.signals[-1].time),
        capital=plan.initial_capital,
        settings={
            **{f"params.{name}": value for name, value in _read(plan.strategy, plan.parameters).items()},
            "capital": plan.initial_capital,
            "maker_fee": plan.maker_fee,
            "taker_fee": plan.taker_fee,
            "slippage": plan.slippage,
        },
        signals=[_signal(one.time, one.action, one.confidence, one.reason) for one in result.signals],
        orders=orders,
        fills=fills,
    )


def _read_until(interval: Interval, end: int, orders: Sequence[ComparedOrder], fills: Sequence[ComparedFill]) -> int:
    """Return up to when (ms) all orders and fills were read: before the first of too many, else the end."""
    if len(orders) > MOST_COMPARED:
        end = min(end, decided_at(interval, orders[MOST_COMPARED].placed_at))
    if len(fills) > MOST_COMPARED:
        end = min(end, open_time_at(interval, fills[MOST_COMPARED].time))
    return end


def _told_until(interval: Interval, end: int, signals: Sequence[ComparedSignal]) -> int:
    return min(end, decided_at(interval, signals[MOST_COMPARED].time)) if len(signals) > MOST_COMPARED else end


def _first(times: bytes, start: int) -> int:
    return int(np.searchsorted(integers(times), start))


def _orders(strategy: Strategy) -> list[ComparedOrder]:
    rows = Order.objects.filter(sub_account__strategy_id=strategy.pk).order_by("number")
    return [
        ComparedOrder(
            number=row.number,
            placed_at=milliseconds(row.placed_at),
            side=Side(row.side),
            type=OrderType(row.type),
            state=OrderState(row.state),
            ended_at=None if row.ended_at is None else milliseconds(row.ended_at),
            quantity=row.quantity or None,
            quote_amount=row.quote_amount or None,
            price=row.price or None,
            stop_price=row.stop_price or None,
            reason=row.refusal_message,
        )
        for row in rows[: MOST_COMPARED + 1]
    ]


def _held_back(strategy: Strategy, interval: Interval, instrument: Instrument) -> list[ComparedOrder]:
    """Return the orders that never came to the exchange: a limit, a pause or the kill switch held them back."""
    orders = []
    for told in _deliveries(strategy, _HELD_BACK):
        if isinstance(told, OwnOrderHeldBack):
            request = told.request
            order = ComparedOrder(
                number=0,
                placed_at=next_open_time(interval, told.after),
                side=request.side,
                type=request.type,
                state=OrderState.REJECTED,
                quantity=instrument.quantity(request.quantity) or None,
                quote_amount=decimal_of(request.quote_amount) or None,
                price=instrument.price(request.price) if request.price else None,
                stop_price=instrument.price(request.stop_price) if request.stop_price else None,
                reason=told.message,
            )
            orders.append(order)
    return orders


def _fills(strategy: Strategy) -> list[ComparedFill]:
    rows = Fill.objects.filter(sub_account__strategy_id=strategy.pk).select_related("order").order_by("number")
    return [
        ComparedFill(
            order=row.order.number,
            time=milliseconds(row.time),
            side=Side(row.side),
            price=row.price,
            quantity=row.quantity,
            fee=row.fee,
            realised=row.realised,
        )
        for row in rows[: MOST_COMPARED + 1]
    ]


def _signals(strategy: Strategy) -> list[ComparedSignal]:
    rows = strategy.signals.filter(time__gte=strategy.started_at).order_by("number")[: MOST_COMPARED + 1]
    return [_signal(milliseconds(row.time), row.action, row.confidence, row.reason) for row in rows]


def _are_forgotten(strategy: Strategy) -> bool:
    """Return whether signals that the strategy gave since it began are kept no more."""
    first = strategy.signals.order_by("number").values_list("number", flat=True).first()
    return first is not None and first > 1


def _not_asked(strategy: Strategy, interval: Interval, end: int) -> list[NotAsked]:
    """Return when it decided nothing, oldest first, by what it was told."""
    found, since = list[NotAsked](), None
    for told in _deliveries(strategy, _TOLD):
        if isinstance(told, AskedChanged):
            time = _decision_behind(interval, told.after)
            if told.is_asked and since is not None:
                found.append(NotAsked(start=since, end=time))
            since = None if told.is_asked else time
        elif isinstance(told, GapPassed):
            start = _decision_behind(interval, told.after)
            found.append(NotAsked(start=start, end=next_open_time(interval, told.until), is_missing=True))
    if since is not None and since < end:
        found.append(NotAsked(start=since, end=end))
    return sorted(found, key=lambda span: span.start)


def _decision_behind(interval: Interval, candle: int) -> int:
    """Return when the candle closes that follows one (by its open time)."""
    return next_open_time(interval, next_open_time(interval, candle))


def _deliveries(strategy: Strategy, kinds: Q) -> tuple[Delivery, ...]:
    forgotten = strategy.memory.get("forgotten_deliveries", 0)
    rows = StrategyDelivery.objects.filter(kinds, strategy_id=strategy.pk, number__gt=forgotten).order_by("number")
    return deliveries_of(rows.values_list("delivery", flat=True)[: MOST_COMPARED + 1])


def _live_settings(strategy: Strategy) -> dict[str, Any]:
    account = strategy.account
    parameters = _read(strategy.strategy, strategy.parameters)
    return {
        **{f"params.{name}": value for name, value in parameters.items()},
        "capital": strategy.investment,
        "maker_fee": account.maker_fee,
        "taker_fee": account.taker_fee,
        "slippage": settings.PAPER_SLIPPAGE,
    }


def _read(strategy: str, parameters: Any) -> dict[str, Any]:
    """Return the parameters as the strategy reads them; as they are stored where it isn't there any more."""
    try:
        return dict(parameters_read(strategy, parameters))
    except (KeyError, StrategyParametersError):
        return dict(parameters)


def _signal(time: int, action: str, confidence: Decimal, reason: str) -> ComparedSignal:
    return ComparedSignal(time=time, action=SignalAction(action), confidence=confidence, reason=reason)


def _tested_order(order: ShownOrder, reason: str) -> ComparedOrder:
    return ComparedOrder(
        number=order.number,
        placed_at=order.placed_at,
        side=order.side,
        type=order.type,
        state=order.state,
        quantity=order.quantity,
        quote_amount=order.quote_amount,
        price=order.price,
        stop_price=order.stop_price,
        reason=reason,
    )


def _tested_fill(fill: Execution) -> ComparedFill:
    return ComparedFill(
        order=fill.order,
        time=fill.time,
        side=fill.side,
        price=fill.price,
        quantity=fill.quantity,
        fee=fill.fee,
        realised=fill.realised,
    )

"""What users are notified of: orders of their hand that are done; that grids and strategies start, pause, end, fail.

Their own orders are no news: there are too many of them, and its topics tell of each. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_DOWN, Context, Decimal

import msgspec

from streaming.events import Side
from streaming.notices import Notice, NotificationKind, Severity
from streaming.numbers import decimals_of_step, with_separators
from trading.engine.instrument import Instrument
from trading.engine.live.state import GridEvent, GridStateChange, LiveOrderEvent, SubAccountChanges
from trading.engine.live.strategies.state import StrategyEvent, StrategyStateChange
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.state import OrderState
from trading.events import InstanceLifecycleEvent, Order
from trading.live.events.change_events import lifecycle_event_of
from trading.live.events.event_origin import EventOrigin
from trading.live.events.order_events import order_event
from trading.live.events.reason_text import reason_text
from trading.live.events.strategy_events import strategy_lifecycle_event_of

_SEVERITIES = {
    InstanceLifecycleEvent.PAUSED: Severity.WARNING,
    InstanceLifecycleEvent.ERROR: Severity.CRITICAL,
}
_TITLES = {
    InstanceLifecycleEvent.STARTED: "started",
    InstanceLifecycleEvent.PAUSED: "paused",
    InstanceLifecycleEvent.STOPPED: "stopped",
    InstanceLifecycleEvent.ERROR: "failed",
}
"""That a grid or a strategy goes on after a pause is told by its topics alone."""
_UNDONE = {OrderEventKind.REJECTED: "rejected", OrderEventKind.EXPIRED: "expired"}
_EXACT = Context(prec=100, rounding=ROUND_DOWN)
_DONE = {Side.BUY: "bought", Side.SELL: "sold"}


def change_notices(
    changes: SubAccountChanges,
    grid_events: Iterable[GridEvent],
    *,
    strategy_events: Iterable[StrategyEvent] = (),
    origin: EventOrigin,
    symbol: str,
    order_ids: Mapping[int, str],
    instruments: Mapping[str, Instrument],
) -> list[Notice]:
    """Return what a sub-account's owner is notified of; `symbol` is the grid's, where it is one's."""
    notices: list[Notice] = []
    for event in changes.events if origin.instance is None else ():
        order_id, instrument = order_ids[event.order.number], instruments[event.symbol]
        order = order_event(event.order, order_id=order_id, whose=origin, instrument=instrument, time=event.time)
        notices += order_notices(event, order, origin=origin, tick_size=instrument.tick_size)
    for happened in grid_events:
        notices += grid_notices(happened, symbol=symbol, origin=origin)
    for one in strategy_events:
        notices += strategy_notices(one, symbol=symbol, origin=origin)
    return notices


def order_notices(event: LiveOrderEvent, order: Order, *, origin: EventOrigin, tick_size: Decimal) -> Iterator[Notice]:
    """Yield that an order is filled, or was rejected, or has expired."""
    if event.kind is OrderEventKind.FILLED and event.order.state is OrderState.FILLED:
        price = "" if order.average_price is None else _mean_price_text(order.average_price, tick_size)
        title = f"{order.symbol}: {_DONE[order.side]} {_shown(order.filled)} at {price}"
        yield _of_order(order, title, Severity.INFO, origin)
    elif event.kind in _UNDONE:
        title = f"{order.symbol}: order to {order.side} {_shown(order.quantity)} {_UNDONE[event.kind]}"
        yield _of_order(order, title, Severity.WARNING, origin)


def grid_notices(event: GridEvent, *, symbol: str, origin: EventOrigin) -> Iterator[Notice]:
    """Yield that a grid has started, paused, stopped or failed."""
    happened = lifecycle_event_of(event) if isinstance(event, GridStateChange) else None
    if isinstance(event, GridStateChange) and happened in _TITLES:
        reason = event.reason or None
        yield Notice(
            user_id=int(origin.owner),
            kind=NotificationKind.GRID,
            severity=_SEVERITIES.get(happened, Severity.INFO),
            title=f"Grid on {symbol} {_TITLES[happened]}",
            body=reason_text(event.reason),
            data=_json(grid=origin.grid, symbol=symbol, state=event.state, reason=reason, time=event.time),
        )


def strategy_notices(event: StrategyEvent, *, symbol: str, origin: EventOrigin) -> Iterator[Notice]:
    """Yield that a strategy has started, paused, stopped or failed; its signals are told by its topics alone."""
    happened = strategy_lifecycle_event_of(event) if isinstance(event, StrategyStateChange) else None
    if isinstance(event, StrategyStateChange) and happened in _TITLES:
        reason = event.reason or None
        yield Notice(
            user_id=int(origin.owner),
            kind=NotificationKind.STRATEGY,
            severity=_SEVERITIES.get(happened, Severity.INFO),
            title=f"Strategy on {symbol} {_TITLES[happened]}",
            body=reason_text(event.reason),
            data=_json(strategy=origin.instance, symbol=symbol, state=event.state, reason=reason, time=event.time),
        )


def _of_order(order: Order, title: str, severity: Severity, origin: EventOrigin) -> Notice:
    return Notice(
        user_id=int(origin.owner),
        kind=NotificationKind.ORDER,
        severity=severity,
        title=title,
        body=order.reason or "",
        data=_json(
            order=order.id,
            clientOrderId=order.client_order_id,
            account=order.account,
            symbol=order.symbol,
            side=order.side,
            status=order.status,
            time=order.time,
        ),
    )


def _shown(number: Decimal | None) -> str:
    return "" if number is None else with_separators(number)


def _mean_price_text(price: Decimal, tick_size: Decimal) -> str:
    """Return a mean price as the page's ticket tells it: as a price of its market, with at most two digits more."""
    decimals = decimals_of_step(tick_size)
    return with_separators(_EXACT.quantize(price, Decimal(1).scaleb(-decimals - 2)), decimals)


def _json(**data: object) -> str:
    return msgspec.json.encode(data).decode()

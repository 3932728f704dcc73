"""What is told of grids and of strategies alike: their orders, their trades, and how both read in log lines. Pure."""

from decimal import Decimal
from typing import TypedDict

import msgspec

from streaming.events import LogLevel, Side
from streaming.numbers import decimals_of_step
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import decimal_of
from trading.engine.instrument import Instrument
from trading.engine.live.state import LiveOrderEvent
from trading.engine.matching.events import OrderEventKind
from trading.events import InstanceLifecycleEvent, InstanceOrderEvent

ORDER_EVENTS = {
    OrderEventKind.ACCEPTED: InstanceOrderEvent.PLACED,
    OrderEventKind.FILLED: InstanceOrderEvent.FILLED,
    OrderEventKind.CANCELLED: InstanceOrderEvent.CANCELLED,
    OrderEventKind.EXPIRED: InstanceOrderEvent.CANCELLED,
}
"""What is told of an order; that a stop was reached, or that one was refused, isn't told as an order's event."""
_LEVELS = {InstanceLifecycleEvent.ERROR: LogLevel.ERROR, InstanceLifecycleEvent.PAUSED: LogLevel.WARN}
_POSITION_DIGITS = 6
"""A position is shown with so many decimals, or with as many as the symbol's step has."""


class OrderFields(TypedDict):
    """What is told of an order, whoever's it is; `time` in ms."""

    time: int
    event: InstanceOrderEvent
    side: Side
    price: Decimal | None
    amount: Decimal
    filled: Decimal
    client_order_id: str
    position_after: Decimal | msgspec.UnsetType


class TradeFields(TypedDict):
    """What is told of a fill, whoever's it is; `time` in ms."""

    time: int
    side: Side
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    order_id: str


def order_fields(event: LiveOrderEvent, instrument: Instrument) -> OrderFields:
    """Return what is told of something of `ORDER_EVENTS` that happened to an order."""
    request, fill = event.order.request, event.fill
    ticks = request.price or (fill.price if fill is not None else 0)
    return OrderFields(
        time=event.time,
        event=ORDER_EVENTS[event.kind],
        side=request.side,
        price=instrument.price(ticks) if ticks else None,
        amount=instrument.quantity(request.quantity or event.order.filled),  # of one for an amount of quote, so far
        filled=instrument.quantity(event.order.filled),
        client_order_id=request.client_order_id,
        position_after=msgspec.UNSET if fill is None else decimal_of(event.position),
    )


def trade_fields(event: LiveOrderEvent, order_id: str, instrument: Instrument) -> TradeFields:
    """Return what is told of a fill."""
    fill = event.fill
    assert fill is not None  # noqa: S101 - the caller has looked
    return TradeFields(
        time=event.time,
        side=fill.side,
        price=instrument.price(fill.price),
        amount=instrument.quantity(fill.quantity),
        fee=decimal_of(fill.fee),
        fee_asset=fill.fee_asset,
        order_id=order_id,
    )


def lifecycle_line(happened: InstanceLifecycleEvent, reason: str) -> tuple[LogLevel, str]:
    """Return the level and the text of the log line of a step: `[PAUSED] exchange_down`."""
    return _LEVELS.get(happened, LogLevel.INFO), f"[{happened.upper()}] {reason}".rstrip()


def fill_message(fill: Fill, *, position: int, instrument: Instrument) -> str:
    """Return the line of a fill, after which a `position` is held (an amount).

    It reads as `[FILL] BUY @ 94000.00 | Position: 0.001000`.
    """
    price = f"{instrument.price(fill.price):.{decimals_of_step(instrument.tick_size)}f}"
    digits = max(_POSITION_DIGITS, decimals_of_step(instrument.step_size))
    return f"[FILL] {fill.side.value.upper()} @ {price} | Position: {decimal_of(position):.{digits}f}"

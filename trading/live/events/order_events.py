"""What users are told of an order, of the engine's memory or of its row alike. Pure."""

from decimal import Context, Decimal
from typing import Protocol

from streaming.events import Side
from trading.engine.amounts import decimal_of
from trading.engine.instrument import Instrument
from trading.engine.live.state import OrderMemory
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce
from trading.events import Order, OrderStatus, order_reason

STATUS_OF = {
    OrderState.NEW: OrderStatus.NEW,
    OrderState.ACCEPTED: OrderStatus.NEW,
    OrderState.PARTIALLY_FILLED: OrderStatus.PARTIALLY_FILLED,
    OrderState.FILLED: OrderStatus.FILLED,
    OrderState.CANCELLED: OrderStatus.CANCELLED,
    OrderState.EXPIRED: OrderStatus.CANCELLED,
    OrderState.REJECTED: OrderStatus.REJECTED,
}
"""By which status of the wire users are told of a state of the engine."""
_AVERAGE = Context(prec=16)


class OrderOwner(Protocol):
    """Whose an order is: the id of its account, and of its grid or strategy where it is one's."""

    @property
    def account(self) -> str:
        """The account's id."""
        ...

    @property
    def instance(self) -> str | None:
        """The id of the grid or the strategy."""
        ...


class OrderRow(Protocol):
    """The columns of an order's row; 0 where it has none."""

    id: str
    account_id: str
    client_order_id: str
    symbol: str
    side: str
    type: str
    time_in_force: str
    quantity: Decimal
    quote_amount: Decimal
    price: Decimal
    stop_price: Decimal
    state: str
    filled: Decimal
    filled_notional: Decimal
    refusal_message: str


def order_event(order: OrderMemory, *, order_id: str, whose: OrderOwner, instrument: Instrument, time: int) -> Order:
    """Return what is told of an order as the engine remembers it; `time` (ms) is that of what happened."""
    request = order.request
    filled = instrument.quantity(order.filled)
    return Order(
        time=time,
        id=order_id,
        client_order_id=request.client_order_id,
        account=whose.account,
        symbol=order.symbol,
        side=request.side,
        type=request.type,
        time_in_force=request.time_in_force,
        price=instrument.price(request.price) if request.price else None,
        stop_price=instrument.price(request.stop_price) if request.stop_price else None,
        quantity=filled if request.quote_amount else instrument.quantity(request.quantity),
        quote_quantity=decimal_of(request.quote_amount) if request.quote_amount else None,
        filled=filled,
        average_price=average_price(decimal_of(order.filled_notional), filled),
        status=STATUS_OF[order.state],
        reason=order_reason(order.state, order.refusal.message if order.refusal is not None else ""),
        instance=whose.instance,
    )


def order_event_of_row(row: OrderRow, *, instance: str | None, time: int) -> Order:
    """Return what is told of an order as its row has it, which is `order_event` of the same state."""
    return Order(
        time=time,
        id=row.id,
        client_order_id=row.client_order_id,
        account=row.account_id,
        symbol=row.symbol,
        side=Side(row.side),
        type=OrderType(row.type),
        time_in_force=TimeInForce(row.time_in_force),
        price=row.price or None,
        stop_price=row.stop_price or None,
        quantity=row.filled if row.quote_amount else row.quantity,
        quote_quantity=row.quote_amount or None,
        filled=row.filled,
        average_price=average_price(row.filled_notional, row.filled),
        status=STATUS_OF[OrderState(row.state)],
        reason=order_reason(OrderState(row.state), row.refusal_message),
        instance=instance,
    )


def average_price(notional: Decimal, filled: Decimal) -> Decimal | None:
    """Return what one of base has cost on average, to 16 digits; None where nothing is filled."""
    return _AVERAGE.divide(notional, filled).normalize() if filled else None

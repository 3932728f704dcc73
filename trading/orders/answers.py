"""What is answered of orders: the data of `orders:`, numbers exact, times as the interface writes them."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.use_cases import JsonNumber
from streaming.events import Side
from streaming.numbers import json_number, optional_json_number
from streaming.times import WriteTime, WrittenTime, milliseconds
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce
from trading.events import OrderStatus, order_reason
from trading.live.events.order_events import STATUS_OF, average_price
from trading.models import Order
from trading.orders.selectors import OrderPage


class OrderAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An order as it is now; what it has none of is null.

    `quantity` is what was asked for, of a market order for an amount of quote (`quoteQuantity`) what it came to so far;
    `averagePrice` is that of what is filled; `reason` tells why it was rejected, has expired or was cancelled;
    `instance` is the grid whose it is.
    """

    id: str
    client_order_id: str
    account: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    price: JsonNumber | None
    stop_price: JsonNumber | None
    quantity: JsonNumber
    quote_quantity: JsonNumber | None
    filled: JsonNumber
    average_price: JsonNumber | None
    status: OrderStatus
    reason: str | None
    instance: str | None
    timestamp: WrittenTime


class OrderRefusalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What would refuse an order, as placing it would say: `fields` are sentences by wrong parameter."""

    code: CommandErrorCode
    message: str
    fields: Mapping[str, str]


class OrderPreviewAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All that would refuse an order now, first what placing it would say; none where it would be taken."""

    refusals: Sequence[OrderRefusalAnswer]


class OrdersAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some orders, and how many there are in all."""

    items: Sequence[OrderAnswer]
    total: int


class CancelledAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many orders were cancelled."""

    cancelled: int


class CancelAllAfterAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """When all are cancelled unless asked again; null where that was disarmed."""

    at: WrittenTime | None


def orders_answer(page: OrderPage, write_time: WriteTime) -> OrdersAnswer:
    """Return a page of orders."""
    return OrdersAnswer(items=[order_answer(each, write_time) for each in page.items], total=page.total)


def order_answer(order: Order, write_time: WriteTime) -> OrderAnswer:
    """Return the one JSON of an order."""
    return OrderAnswer(
        id=order.pk,
        client_order_id=order.client_order_id,
        account=order.account_id,
        symbol=order.symbol,
        side=Side(order.side),
        type=OrderType(order.type),
        time_in_force=TimeInForce(order.time_in_force),
        price=optional_json_number(order.price or None),
        stop_price=optional_json_number(order.stop_price or None),
        quantity=json_number(order.filled if order.quote_amount else order.quantity),
        quote_quantity=optional_json_number(order.quote_amount or None),
        filled=json_number(order.filled),
        average_price=optional_json_number(average_price(order.filled_notional, order.filled)),
        status=STATUS_OF[OrderState(order.state)],
        reason=order_reason(OrderState(order.state), order.refusal_message),
        instance=order.sub_account.instance_id,
        timestamp=write_time(milliseconds(order.updated_at)),
    )


def order_preview_answer(refusals: Iterable[CommandRefusedError]) -> OrderPreviewAnswer:
    """Return what would refuse an order."""
    return OrderPreviewAnswer(
        refusals=[OrderRefusalAnswer(code=one.code, message=one.message, fields=one.fields) for one in refusals]
    )

"""What users are told of their orders."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from streaming.events import Side, UserEvent
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce

_EXPIRED = "expired"
"""The reason of an order that could not be executed as it asked for, where nothing else was in its way."""


class OrderStatus(StrEnum):
    """How far an order is. One that has expired is `cancelled`, with a reason."""

    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"

    @property
    def is_open(self) -> bool:
        """Return whether more can be filled."""
        return self in {OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED}


class Order(UserEvent, frozen=True, kw_only=True, tag="order"):
    """An order as it is now, of `orders:<user>`; a market order has no price, one that no bot placed no instance.

    `quantity` is what was asked for, of a market order for an amount of quote (`quote_quantity`) what it came to so
    far; `average_price` is that of what is filled; `reason` tells why an order was rejected, has expired or was
    cancelled.
    """

    frame_type: ClassVar[str] = "order"

    id: str
    client_order_id: str
    account: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    price: Decimal | None = None
    stop_price: Decimal | None = None
    quantity: Decimal
    quote_quantity: Decimal | None = None
    filled: Decimal
    average_price: Decimal | None = None
    status: OrderStatus
    reason: str | None = None
    instance: str | None = None


def order_reason(state: OrderState, message: str) -> str | None:
    """Return why an order was rejected, has expired or was cancelled: what was noted of it; None where nothing was.

    >>> order_reason(OrderState.EXPIRED, ""), order_reason(OrderState.CANCELLED, "cancel_all")
    ('expired', 'cancel_all')
    """
    return message or (_EXPIRED if state is OrderState.EXPIRED else None)

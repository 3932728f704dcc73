"""Orders as they are told to clients."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from streaming.events import Side
from tests.gateway.subscribing import Sent
from trading.engine.orders.types import OrderType
from trading.events import Order, OrderStatus


def order(number: int, *, time: int = 1, filled: int = 0) -> Order:
    """Return an order for 9 as it stands when so much is filled."""
    return Order(
        time=time,
        id=f"ord_{number}",
        client_order_id=str(number),
        account="acc_1",
        symbol="BTCUSDT",
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=Decimal(95000),
        quantity=Decimal(9),
        filled=Decimal(filled),
        status=OrderStatus.FILLED if filled == 9 else OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.NEW,
    )


def orders(frames: Sequence[Sent]) -> list[tuple[str, int]]:
    """Return the orders that frames tell, with what is filled of each."""
    data = [frame["data"] for frame in frames]
    told: list[Any] = [one.get("data", one) for one in data]
    return [(one["id"], one["filled"]) for one in told]

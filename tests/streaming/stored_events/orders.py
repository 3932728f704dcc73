"""An order to be told."""

from decimal import Decimal

from streaming.events import Side
from trading.engine.orders.types import OrderType
from trading.events import Order, OrderStatus

ORDER = Order(
    time=1,
    id="",
    client_order_id="c",
    account="acc_a",
    symbol="BTCUSDT",
    side=Side.BUY,
    type=OrderType.LIMIT,
    price=Decimal(94000),
    quantity=Decimal(1),
    filled=Decimal(0),
    status=OrderStatus.NEW,
)

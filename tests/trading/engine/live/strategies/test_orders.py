"""What a strategy sees of an order that never came to the exchange."""

from streaming.events import Side
from trading.engine.live.strategies.memory import OwnOrderHeldBack
from trading.engine.live.strategies.orders import KnownOrders
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.refusal import Refusal, RefusalCode
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType


def test_one_that_is_held_back_is_what_was_asked_for_under_its_own_name_and_refused() -> None:
    orders = KnownOrders("strategy_a")
    asked = OrderRequest(client_order_id=orders.next_name(), side=Side.BUY, type=OrderType.MARKET, quantity=5)
    answer = OwnOrderHeldBack(after=1, request=asked, code="ORDER_SIZE", message="too large")
    order = orders.note_placed(answer, chosen_name="first")
    assert (order.request.client_order_id, order.request.side, order.request.quantity) == ("first", Side.BUY, 5)
    assert (order.state, order.refusal) == (OrderState.REJECTED, Refusal(RefusalCode.HELD_BACK, "too large"))
    assert orders.open_orders == ()
    assert orders.named_by_strategy("first") is order

"""An order: what was asked for, and how much of it is done."""

import msgspec

from streaming.events import Side
from trading.engine.instrument import Instrument
from trading.engine.orders.refusal import Refusal
from trading.engine.orders.state import ORDER_STEPS, OrderState, OrderStep
from trading.engine.orders.types import OrderType, TimeInForce


class OrderRequest(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is asked of the exchange. Prices in ticks, `quantity` in steps, `quote_amount` an amount of quote.

    A market order has a `quantity` or, to buy or sell for so much at the price it gets, a `quote_amount`. Orders of one
    `cancel_group` (a stop and a target of one position) cancel each other: what is filled of one ends the others.
    """

    client_order_id: str
    side: Side
    type: OrderType
    quantity: int = 0
    quote_amount: int = 0
    price: int = 0
    stop_price: int = 0
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    cancel_group: str = ""

    def notional(self, instrument: Instrument, market: int) -> int:
        """Return what it is worth, an amount of quote: at its price, its stop price, or the market's (in ticks)."""
        return self.quote_amount or instrument.notional(self.price or self.stop_price or market, self.quantity)


class Order(msgspec.Struct, eq=False, gc=False):
    """An order at the exchange. `number` orders those of one exchange by their time; `placed_at` in ms.

    `filled` in steps; amounts are `filled_notional` (what was paid or earned before fees), `fees_in_quote`, and
    `locked`, what is still set aside for it (of quote where it buys, of base where it sells). `is_triggered` tells of a
    stop that the market has reached it; `refusal` is why it was rejected, or has expired.
    """

    number: int
    request: OrderRequest
    placed_at: int
    state: OrderState = OrderState.NEW
    filled: int = 0
    filled_notional: int = 0
    fees_in_quote: int = 0
    locked: int = 0
    is_triggered: bool = False
    refusal: Refusal | None = None

    @property
    def remaining(self) -> int:
        """Return how many steps are still to be filled."""
        return self.request.quantity - self.filled

    @property
    def is_stop(self) -> bool:
        """Return whether it still waits for the market to reach its stop price."""
        return self.request.type.has_stop_price and not self.is_triggered

    def take(self, step: OrderStep) -> None:
        """Go to the next state; raise `IllegalOrderStepError` where the step is none."""
        self.state = ORDER_STEPS.next(self.state, step)

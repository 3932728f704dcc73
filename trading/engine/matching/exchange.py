"""The paper exchange of one instrument: takes and cancels orders, and executes what the market has reached.

Which orders are reached, and at what price, decide those who know the market: `candles.py`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import count

from streaming.events import Side
from trading.engine.accounts.account import InsufficientBalanceError
from trading.engine.accounts.settlement import Fill, Settlement
from trading.engine.fees import Liquidity
from trading.engine.instrument import Instrument
from trading.engine.matching.events import OrderEvent, OrderEventKind
from trading.engine.matching.open_orders import OpenOrders
from trading.engine.orders.filters import filter_refusal
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.refusal import Refusal, RefusalCode, cancelled_by
from trading.engine.orders.state import OrderStep
from trading.engine.orders.types import OrderType, TimeInForce

_LESS_THAN_A_STEP = Refusal(RefusalCode.QUANTITY, "the amount of quote is less than one step at this price")


class PaperExchange:
    """Orders of one instrument on one account; each thing that happens is told by `tell`, in its order.

    `resting` are orders that wait for the market to reach them, `waiting` those that are executed at its next price.
    """

    def __init__(
        self,
        instrument: Instrument,
        settlement: Settlement,
        *,
        tell: Callable[[OrderEvent], None],
        touching: bool = False,
        refuses_reached_stops: bool = False,
        numbers: Iterator[int] | None = None,
    ) -> None:
        """Begin without orders; `numbers` are those that its orders get, from 1 by default.

        With `refuses_reached_stops` a stop that the market has reached already is rejected, as exchanges do; else it is
        executed at once: what protects a position on the past must not be lost to a gap between two candles.
        """
        self.instrument = instrument
        self.resting = OpenOrders(touching=touching)
        self.waiting: list[Order] = []
        self._refuses_reached_stops = refuses_reached_stops
        self._settlement = settlement
        self._tell = tell
        self._numbers = count(1) if numbers is None else numbers
        self._by_client_id: dict[str, Order] = {}
        self._groups: defaultdict[str, list[Order]] = defaultdict(list)
        self._impatient: dict[int, Order] = {}

    @property
    def open_orders(self) -> tuple[Order, ...]:
        """The orders that are open, oldest first."""
        if not self.waiting and not self.resting:
            return ()
        return tuple(sorted((*self.resting, *self.waiting), key=lambda order: order.number))

    @property
    def open_count(self) -> int:
        """How many orders are open."""
        return len(self.resting) + len(self.waiting)

    @property
    def may_not_wait(self) -> tuple[Order, ...]:
        """The open orders that are executed at once or not at all, oldest first; a stop only once it was reached."""
        if not self._impatient:
            return ()
        return tuple(order for _, order in sorted(self._impatient.items()) if not order.is_stop)

    @property
    def acts_at_next_price(self) -> bool:
        """Whether something happens at the market's next price, whatever it is."""
        return bool(self.waiting) or any(not order.is_stop for order in self._impatient.values())

    def order_of(self, client_order_id: str) -> Order | None:
        """Return the order that was placed under a name, open or not."""
        return self._by_client_id.get(client_order_id)

    def place(self, request: OrderRequest, *, market: int, time: int, best_opposite: int | None = None) -> Order:
        """Take an order while the market stands at `market` ticks, or reject it; either is told.

        `best_opposite` is the best price that the order could take; by default the market's.

        An order under a name that was placed before changes nothing and returns the one that is there.
        """
        known = self._by_client_id.get(request.client_order_id)
        if known:
            return known
        order = Order(number=next(self._numbers), request=request, placed_at=time)
        self._by_client_id[request.client_order_id] = order
        refusal = self._refusal(order, market, market if best_opposite is None else best_opposite)
        if refusal:
            self._end(order, OrderStep.REJECT, OrderEventKind.REJECTED, time, refusal)
        else:
            self._accept(order, time)
        return order

    def restore(self, order: Order) -> None:
        """Take back an open order that was left: what it has set aside is set aside already."""
        self._by_client_id[order.request.client_order_id] = order
        self._keep(order)

    def forget(self, order: Order) -> None:
        """Let the name of an order that has ended be free again: who runs without end keeps its names elsewhere."""
        self._by_client_id.pop(order.request.client_order_id, None)

    def would_refuse(self, request: OrderRequest, *, market: int) -> Refusal | None:
        """Return why an order that rests would be rejected now, without placing it."""
        refusal = filter_refusal(self.instrument, request, market=market, open_orders=self.open_count)
        order = Order(number=0, request=request, placed_at=0)
        if refusal is None and request.price and not self._settlement.can_pay(order, request.price, request.quantity):
            return self._no_balance(order)
        return refusal

    def cancel(self, order: Order, *, time: int, reason: str = "") -> None:
        """Cancel an open order, which has the `reason` then; raise `IllegalOrderStepError` for one that isn't open."""
        self._end(order, OrderStep.CANCEL, OrderEventKind.CANCELLED, time, cancelled_by(reason))

    def expire(self, order: Order, *, time: int, refusal: Refusal | None = None) -> None:
        """End an open order that can't be executed, as it asked for or for want of balance."""
        self._end(order, OrderStep.EXPIRE, OrderEventKind.EXPIRED, time, refusal)

    def trigger(self, order: Order, *, time: int) -> None:
        """Turn a stop that the market has reached into what it becomes: a market order, or a limit order that rests."""
        self.resting.remove(order)
        order.is_triggered = True
        if order.request.type is OrderType.STOP_LIMIT:
            self.resting.add(order)
        else:
            self.waiting.append(order)
        self._tell(OrderEvent(kind=OrderEventKind.TRIGGERED, order=order, time=time))

    def wanted(self, order: Order, ticks: int) -> int:
        """Return how many steps are left of an order, at this price where it is for an amount of quote."""
        request = order.request
        if request.quantity:
            return order.remaining
        spent = order.filled_notional + order.fees_in_quote if request.side is Side.BUY else order.filled_notional
        return self._settlement.steps_for(request.quote_amount - spent, request.side, ticks)

    def execute(self, order: Order, *, ticks: int, most: int, liquidity: Liquidity, time: int) -> Fill | None:
        """Execute an order at a price, `most` steps at the most; return the fill, None where nothing was executed.

        An order that the account can't pay expires, whole; what was executed of it before stays.
        """
        wanted = self.wanted(order, ticks)
        steps = min(wanted, most)
        if wanted == 0:
            self.expire(order, time=time, refusal=_LESS_THAN_A_STEP)
            return None
        if not self._settlement.can_pay(order, ticks, steps):
            self.expire(order, time=time, refusal=self._no_balance(order))
            return None
        if steps == 0:
            return None
        completes = steps == wanted
        if completes:
            self._forget(order)
        fill = self._settlement.settle(
            order, ticks=ticks, steps=steps, completes=completes, liquidity=liquidity, time=time
        )
        self._tell(OrderEvent(kind=OrderEventKind.FILLED, order=order, time=time, fill=fill))
        for other in self.others_of_group(order):
            self.cancel(other, time=time)
        return fill

    def others_of_group(self, order: Order) -> tuple[Order, ...]:
        """Return the open orders that are cancelled where an order is executed."""
        group = self._groups.get(order.request.cancel_group, ()) if order.request.cancel_group else ()
        return tuple(other for other in group if other is not order)

    def _refusal(self, order: Order, market: int, best_opposite: int) -> Refusal | None:
        refusal = filter_refusal(self.instrument, order.request, market=market, open_orders=self.open_count)
        return (
            refusal
            or _would_take(order.request, best_opposite)
            or self._would_trigger(order.request, market)
            or self._lock(order)
        )

    def _would_trigger(self, request: OrderRequest, market: int) -> Refusal | None:
        if not (self._refuses_reached_stops and request.type.has_stop_price):
            return None
        is_buy = request.side is Side.BUY
        if request.stop_price > market if is_buy else request.stop_price < market:
            return None
        where, price = "above" if is_buy else "below", self.instrument.price(market)
        message = f"the order would trigger immediately: stop_price must be {where} {price}, the price of now"
        return Refusal(RefusalCode.WOULD_TRIGGER, message)

    def _lock(self, order: Order) -> Refusal | None:
        """Set aside what an order with a price of its own may cost; a market order pays what it finds."""
        if not order.request.price:
            return None
        try:
            self._settlement.lock(order, order.request.price)
        except InsufficientBalanceError:
            return self._no_balance(order)
        return None

    def _no_balance(self, order: Order) -> Refusal:
        asset = self._settlement.asset_given(order.request.side)
        return Refusal(RefusalCode.INSUFFICIENT_BALANCE, f"too little {asset} is free for the order")

    def _accept(self, order: Order, time: int) -> None:
        order.take(OrderStep.ACCEPT)
        self._keep(order)
        self._tell(OrderEvent(kind=OrderEventKind.ACCEPTED, order=order, time=time))

    def _keep(self, order: Order) -> None:
        """Let an open order wait or rest."""
        if order.request.cancel_group:
            self._groups[order.request.cancel_group].append(order)
        if order.request.time_in_force is not TimeInForce.GOOD_TILL_CANCELLED:
            self._impatient[order.number] = order
        if order.request.type.has_price or order.is_stop:
            self.resting.add(order)
        else:
            self.waiting.append(order)

    def _end(
        self, order: Order, step: OrderStep, kind: OrderEventKind, time: int, refusal: Refusal | None = None
    ) -> None:
        was_open = order.state.is_open
        order.refusal = refusal
        order.take(step)
        if was_open:
            self._forget(order)
            self._settlement.release(order)
        self._tell(OrderEvent(kind=kind, order=order, time=time, refusal=refusal))

    def _forget(self, order: Order) -> None:
        """Take an order away from where it waits or rests, and out of its group."""
        if order in self.resting:
            self.resting.remove(order)
        else:
            self.waiting.remove(order)
        self._impatient.pop(order.number, None)
        group = order.request.cancel_group
        if group:
            self._groups[group].remove(order)
            if not self._groups[group]:
                del self._groups[group]


def _would_take(request: OrderRequest, best_opposite: int) -> Refusal | None:
    if request.type is not OrderType.LIMIT_MAKER:
        return None
    takes = request.price >= best_opposite if request.side is Side.BUY else request.price <= best_opposite
    return Refusal(RefusalCode.WOULD_TAKE, "the order would be executed at once") if takes else None

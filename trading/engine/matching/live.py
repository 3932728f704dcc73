"""Executes a paper exchange's orders against what happens in a live market: its order book and its trades.

1. What can be executed at once takes from the book, level by level, within its limit; a market order gets the rest at
   the last level's price with slippage. What one order has taken the next one doesn't get, until the book is seen anew.
2. A limit that rests is executed at its price by trades: those that go through its price, and those at its price after
   the volume that stood there before it. Never more is executed than was traded.
3. A stop is reached by a trade at its price or beyond it, and takes from the book then. What is left of it rests behind
   that trade, which doesn't execute it as well.
4. A trade from before an order was placed doesn't reach it, and none does before it has looked at the book.
"""

from collections.abc import Collection, Iterator

from trading.engine.fees import Liquidity
from trading.engine.matching.book import Book, prices_taken
from trading.engine.matching.exchange import PaperExchange
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.types import TimeInForce


class LiveMatcher:
    """Matches one exchange's orders. Its exchange counts a limit as reached where its price is touched.

    `changed` are the orders, by number, that look different without an event since it was last emptied: they are new,
    have looked at the book, or less stands before them.
    """

    def __init__(self, exchange: PaperExchange, slippage: Slippage) -> None:
        self._exchange = exchange
        self._slippage = slippage
        self._book = Book()
        self._ahead: dict[int, int] = {}
        self._new: dict[int, Order] = {}
        self.changed: dict[int, Order] = {}

    @property
    def has_new(self) -> bool:
        """Whether an order hasn't looked at the book yet."""
        return bool(self._new)

    def ahead(self, order: Order) -> int:
        """Return how many steps stand before an order at its price."""
        return self._ahead.get(order.number, 0)

    def is_taken(self, order: Order) -> bool:
        """Return whether an order has looked at the book, or needn't, as it waits for its stop price."""
        return order.number not in self._new

    def restore(self, order: Order, *, ahead: int, is_taken: bool) -> None:
        """Take back an open order that was left."""
        self._exchange.restore(order)
        if ahead:
            self._ahead[order.number] = ahead
        if not is_taken:
            self._new[order.number] = order

    def see_book(self, book: Book) -> None:
        """Take the order book as it stands now."""
        self._book = book

    def place(self, request: OrderRequest, *, market: int, time: int) -> Order:
        """Place an order while the last trade was at `market` ticks; execute at once whatever of it can be."""
        order = self.accept(request, market=market, time=time)
        if self._new.pop(order.number, None):
            self._take(order, market, time)
        return order

    def accept(self, request: OrderRequest, *, market: int, time: int, best_opposite: int | None = None) -> Order:
        """Place an order, of which nothing is executed before `take_new`; by default the book has `best_opposite`."""
        is_new = self._exchange.order_of(request.client_order_id) is None
        opposite = self._book.opposite(request.side)
        best = opposite[0].price if opposite and best_opposite is None else best_opposite
        order = self._exchange.place(request, market=market, time=time, best_opposite=best)
        if is_new and order.state.is_open and not request.type.has_stop_price:
            self._new[order.number] = self.changed[order.number] = order
        return order

    def take_new(self, *, market: int, time: int) -> None:
        """Let the orders that are new take from the book, oldest first, while the last trade was at `market` ticks."""
        while self._new:
            order = self._new.pop(min(self._new))
            if order.state.is_open:  # one of its group may have ended it
                self._take(order, market, time)

    def see_trade(self, price: int, quantity: int, *, time: int) -> None:
        """Execute what a trade of so many steps reaches; the first order reached is the first executed.

        Of the book remains what the trade leaves: it may be older.
        """
        self._book = self._book.after_trade(price)
        for number in [number for number, order in self._new.items() if order.placed_at <= time]:
            order = self._new.pop(number)
            if order.state.is_open:
                self._take(order, price, time)
        triggered = self._trigger(price, time)
        for falling in (True, False):
            self._meet(price, quantity, falling=falling, time=time, besides=triggered)
        self._forget_ended()

    def _trigger(self, price: int, time: int) -> set[int]:
        """Trigger the stops that a trade reaches; return their numbers."""
        triggered = set()
        for falling in (True, False):
            for order in self._exchange.resting.all_reached(price, falling=falling):
                if not order.is_stop or order.placed_at > time:
                    continue
                if order in self._exchange.resting:  # an order of its group may have ended it
                    self._exchange.trigger(order, time=time)
                    self._take(order, price, time)
                    triggered.add(order.number)
        return triggered

    def _meet(self, price: int, quantity: int, *, falling: bool, time: int, besides: Collection[int]) -> None:
        """Execute the limits that a trade meets; what stood before each at the trade's price goes first."""
        left = quantity
        for order in self._exchange.resting.all_reached(price, falling=falling):
            if (
                order.number in besides
                or order.is_stop
                or order not in self._exchange.resting
                or order.placed_at > time
            ):
                continue
            most = min(left, self._past_queue(order, price, quantity))
            if most <= 0:
                continue
            fill = self._exchange.execute(
                order, ticks=order.request.price, most=most, liquidity=Liquidity.MAKER, time=time
            )
            left -= fill.quantity if fill else 0

    def _past_queue(self, order: Order, price: int, quantity: int) -> int:
        """Return how many steps of a trade are left for an order once what stood before it has gone: all of them where
        the trade went through its price.
        """
        ahead = self._ahead.pop(order.number, 0)
        if not ahead:
            return quantity
        self.changed[order.number] = order
        if price != order.request.price:
            return quantity
        if ahead > quantity:
            self._ahead[order.number] = ahead - quantity
        return quantity - ahead

    def _take(self, order: Order, market: int, time: int) -> None:
        """Execute what the book offers to an order; then let the rest wait, or expire where it may not."""
        if not self._expires_whole(order, market):
            for price, offered in self._offers(order, market):
                if not order.state.is_open:
                    return
                most = self._exchange.wanted(order, price) if offered is None else offered
                fill = self._exchange.execute(order, ticks=price, most=most, liquidity=Liquidity.TAKER, time=time)
                if fill is not None and offered is not None:
                    self._book = self._book.after_taking(fill.side, price, fill.quantity)
        if order.state.is_open and self._may_not_wait(order):
            self._exchange.expire(order, time=time)
        elif order.state.is_open:
            request = order.request
            ahead = self._book.quantity_at(request.side, request.price)
            self.changed[order.number] = order
            if ahead:
                self._ahead[order.number] = ahead

    def _offers(self, order: Order, market: int) -> Iterator[tuple[int, int | None]]:
        """Give what an order can take; without a book a market order is executed at the last trade's price."""
        side, limit = order.request.side, order.request.price
        if self._book.opposite(side):
            yield from prices_taken(self._book, side, limit=limit, beyond=self._slippage)
        elif not limit:
            yield self._slippage.price(side, market), None

    def _expires_whole(self, order: Order, market: int) -> bool:
        """Return whether an order that is filled whole or not at all finds too little."""
        if order.request.time_in_force is not TimeInForce.FILL_OR_KILL:
            return False
        offers = list(self._offers(order, market))
        if any(offered is None for _, offered in offers):
            return False
        return sum(offered or 0 for _, offered in offers) < order.request.quantity

    def _may_not_wait(self, order: Order) -> bool:
        is_market = not order.request.type.has_price
        return is_market or order.request.time_in_force is not TimeInForce.GOOD_TILL_CANCELLED

    def _forget_ended(self) -> None:
        if self._ahead and len(self._ahead) > 2 * len(self._exchange.resting):
            open_numbers = {order.number for order in self._exchange.resting}
            self._ahead = {number: ahead for number, ahead in self._ahead.items() if number in open_numbers}

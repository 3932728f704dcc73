"""Orders make trades: a matching engine for one symbol, price first, then time.

The one place where trades come from; tickers and candles only count what it made.
"""

import msgspec

from streaming.simulator.market.order_book import Order, OrderBook, Side


class Trade(msgspec.Struct, frozen=True, gc=False):
    """A trade. `taker_order_id` names the order that made it; `buyer_is_maker` is true where the taker sold."""

    trade_id: int
    time: int
    price: int
    quantity: int
    buyer_is_maker: bool
    taker_order_id: int

    @property
    def amount(self) -> int:
        """What was paid, in ticks times steps."""
        return self.price * self.quantity


class MatchingEngine:
    """A book, and the orders that come to it. Order and trade ids count up, from `first_trade_id` for trades."""

    def __init__(self, *, first_trade_id: int = 1, first_update_id: int = 1) -> None:
        self.book = OrderBook(first_update_id)
        self._next_trade_id = first_trade_id
        self._next_order_id = 1
        self._made: list[Trade] = []

    def limit(self, side: Side, price: int, quantity: int, time: int) -> int:
        """Match an order up to its price and let the rest stand in the book; return its id."""
        order_id, left = self._match(side, price, quantity, time)
        if left:
            self.book.add(Order(order_id, side, price, left))
        return order_id

    def take(self, side: Side, price: int | None, quantity: int, time: int) -> int:
        """Match an order at once, at `price` or better (at any for None), and drop the rest; return what was filled."""
        _, left = self._match(side, price, quantity, time)
        return quantity - left

    def cancel(self, order_id: int) -> bool:
        """Take an order out of the book; return whether it was there."""
        return self.book.cancel(order_id)

    def take_trades(self) -> list[Trade]:
        """Return the trades made since the last call, oldest first."""
        made, self._made = self._made, []
        return made

    def _match(self, side: Side, price: int | None, quantity: int, time: int) -> tuple[int, int]:
        if quantity <= 0:
            raise ValueError(f"an order's quantity must be more than zero: {quantity}")
        order_id = self._next_order_id
        self._next_order_id += 1
        opposite = self.book.side(side.opposite)
        left = quantity
        while left and (best := opposite.best) and _is_acceptable(side, price, best.price):
            resting = next(iter(best.orders.values()))
            filled = min(left, resting.remaining)
            self._trade(side, resting.price, filled, time, order_id)
            self.book.reduce(resting, filled)
            left -= filled
        return order_id, left

    def _trade(self, side: Side, price: int, quantity: int, time: int, taker_order_id: int) -> None:
        trade = Trade(self._next_trade_id, time, price, quantity, side is Side.SELL, taker_order_id)
        self._next_trade_id += 1
        self._made.append(trade)


def _is_acceptable(side: Side, limit: int | None, price: int) -> bool:
    if limit is None:
        return True
    return price <= limit if side is Side.BUY else price >= limit

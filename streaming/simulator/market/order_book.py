"""A limit order book with price-time priority: who stands where, and what changed since one last looked.

Prices in ticks, quantities in steps. Nothing here matches: matching.py does.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from enum import Enum


class Side(Enum):
    """Which side of the book an order stands on, or which way a taker goes."""

    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> "Side":
        """The other side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class Order:
    """A limit order that rests in the book; `remaining` is more than zero as long as it does."""

    __slots__ = ("order_id", "price", "remaining", "side")

    def __init__(self, order_id: int, side: Side, price: int, remaining: int) -> None:
        self.order_id = order_id
        self.side = side
        self.price = price
        self.remaining = remaining


class Level:
    """The orders at one price, the oldest first."""

    __slots__ = ("orders", "price", "quantity")

    def __init__(self, price: int) -> None:
        self.price = price
        self.quantity = 0
        self.orders: dict[int, Order] = {}


class BookSide:
    """One side of a book, its best price first."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.quantity = 0
        self.order_count = 0
        self._levels: dict[int, Level] = {}
        self._ranks: list[int] = []  # price with the sign that sorts the best one first
        self._sign = -1 if side is Side.BUY else 1

    def __len__(self) -> int:
        return len(self._ranks)

    @property
    def best(self) -> Level | None:
        """The level at the best price, None where the side is empty."""
        return self._levels[self._ranks[0] * self._sign] if self._ranks else None

    @property
    def worst(self) -> Level | None:
        """The level at the worst price, None where the side is empty."""
        return self._levels[self._ranks[-1] * self._sign] if self._ranks else None

    def levels(self, limit: int) -> Iterator[Level]:
        """Yield up to `limit` levels, best first."""
        for rank in self._ranks[:limit]:
            yield self._levels[rank * self._sign]

    def level(self, rank: int) -> Level:
        """Return the level at `rank`, 0 for the best; raise IndexError where there is none."""
        return self._levels[self._ranks[rank] * self._sign]

    def quantity_at(self, price: int) -> int:
        """Return what stands at `price`, zero where nothing does."""
        level = self._levels.get(price)
        return level.quantity if level else 0

    def add(self, order: Order) -> None:
        """Let `order` stand behind the others of its price."""
        level = self._levels.get(order.price)
        if level is None:
            level = self._levels[order.price] = Level(order.price)
            insort(self._ranks, order.price * self._sign)
        level.orders[order.order_id] = order
        level.quantity += order.remaining
        self.quantity += order.remaining
        self.order_count += 1

    def reduce(self, order: Order, quantity: int) -> None:
        """Take `quantity` off `order`; at zero it leaves the book."""
        level = self._levels[order.price]
        order.remaining -= quantity
        level.quantity -= quantity
        self.quantity -= quantity
        if order.remaining == 0:
            del level.orders[order.order_id]
            self.order_count -= 1
        if not level.orders:
            del self._levels[order.price]
            del self._ranks[bisect_left(self._ranks, order.price * self._sign)]


class OrderBook:
    """Both sides of a symbol's book. `update_id` grows by one with each change of a level."""

    def __init__(self, first_update_id: int = 1) -> None:
        self.bids = BookSide(Side.BUY)
        self.asks = BookSide(Side.SELL)
        self.update_id = first_update_id
        self._orders: dict[int, Order] = {}
        self._touched: set[tuple[Side, int]] = set()

    def side(self, side: Side) -> BookSide:
        """Return the bids for BUY, the asks for SELL."""
        return self.bids if side is Side.BUY else self.asks

    def add(self, order: Order) -> None:
        """Let an order rest; the caller has matched it first, so that the book never crosses."""
        self._orders[order.order_id] = order
        self.side(order.side).add(order)
        self._touch(order)

    def reduce(self, order: Order, quantity: int) -> None:
        """Take `quantity` off a resting order."""
        self.side(order.side).reduce(order, quantity)
        if order.remaining == 0:
            del self._orders[order.order_id]
        self._touch(order)

    def cancel(self, order_id: int) -> bool:
        """Take an order out; return whether it was there."""
        order = self._orders.get(order_id)
        if order is None:
            return False
        self.reduce(order, order.remaining)
        return True

    def depth(self, limit: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Return the best `limit` (price, quantity) of the bids and of the asks, best first."""
        bids = [(level.price, level.quantity) for level in self.bids.levels(limit)]
        asks = [(level.price, level.quantity) for level in self.asks.levels(limit)]
        return bids, asks

    def take_touched(self) -> set[tuple[Side, int]]:
        """Return the sides and prices that changed since the last call, and forget them."""
        touched, self._touched = self._touched, set()
        return touched

    def _touch(self, order: Order) -> None:
        self.update_id += 1
        self._touched.add((order.side, order.price))

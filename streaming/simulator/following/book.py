"""The order book of a pair that follows another's: its levels, at the prices of the pair. Pure."""

from bisect import bisect_left, insort

from streaming.simulator.following.pairs import Pair
from streaming.simulator.market.order_book import OrderBook, Side

LevelRow = tuple[int, int]
"""A price and the quantity that stands there."""


class FollowedSide:
    """One side; levels of the followed book that fall on one price here are one level."""

    def __init__(self, pair: Pair, side: Side) -> None:
        self._pair = pair
        self._side = side
        self._sign = -1 if side is Side.BUY else 1
        self._followed: dict[int, int] = {}
        self._levels: dict[int, int] = {}
        self._ranks: list[int] = []

    def __len__(self) -> int:
        return len(self._ranks)

    def set(self, followed_price: int, quantity: int) -> int:
        """Let `quantity` stand at a price of the followed book, zero for nothing; return the price here."""
        price = self._pair.price_of(self._side, followed_price)
        standing = self._levels.get(price, 0)
        now = standing + quantity - self._followed.pop(followed_price, 0)
        if quantity:
            self._followed[followed_price] = quantity
        if now:
            self._levels[price] = now
            if not standing:
                insort(self._ranks, price * self._sign)
        elif standing:
            del self._levels[price]
            del self._ranks[bisect_left(self._ranks, price * self._sign)]
        return price

    def best(self, limit: int | None = None) -> list[LevelRow]:
        """Return the best levels, best first; all without a limit."""
        return [(rank * self._sign, self._levels[rank * self._sign]) for rank in self._ranks[:limit]]

    def quantity_at(self, price: int) -> int:
        """Return what stands at a price, zero where nothing does."""
        return self._levels.get(price, 0)


class FollowedBook:
    """Both sides, beginning with what stands in the followed book."""

    def __init__(self, pair: Pair, followed: OrderBook) -> None:
        self.bids = FollowedSide(pair, Side.BUY)
        self.asks = FollowedSide(pair, Side.SELL)
        bids, asks = followed.depth(max(len(followed.bids), len(followed.asks)))
        for price, quantity in bids:
            self.bids.set(price, quantity)
        for price, quantity in asks:
            self.asks.set(price, quantity)

    def side(self, side: Side) -> FollowedSide:
        """Return the bids for BUY, the asks for SELL."""
        return self.bids if side is Side.BUY else self.asks

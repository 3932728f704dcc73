"""An order book, kept from what an exchange says of it: whole first, then the levels that change. Pure."""

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal

from streaming.events import Level


class OrderBook:
    """Both sides of a book. Levels keep the digits with which they came, and prices are compared as numbers."""

    def __init__(self, bids: Iterable[Level] = (), asks: Iterable[Level] = ()) -> None:
        self.bids = BookSide(bids, is_bid=True)
        self.asks = BookSide(asks, is_bid=False)

    @property
    def is_crossed(self) -> bool:
        """True where somebody would pay more than another asks: no market is so for long."""
        return bool(self.bids and self.asks) and self.bids.best(1)[0].price >= self.asks.best(1)[0].price


class BookSide:
    """The levels of one side, the best first: the highest of bids, the lowest of asks."""

    def __init__(self, levels: Iterable[Level] = (), *, is_bid: bool) -> None:
        self._key = Decimal.copy_negate if is_bid else Decimal.copy_abs
        last = {level.price: level for level in levels}
        self._levels = {price: level for price, level in last.items() if level.quantity}
        self._prices = sorted(self._levels, key=self._key)

    def __len__(self) -> int:
        """Return how many levels there are."""
        return len(self._prices)

    def best(self, most: int) -> tuple[Level, ...]:
        """Return the best levels, at most so many."""
        return tuple(self._levels[price] for price in self._prices[:most])

    def change(self, levels: Iterable[Level]) -> None:
        """Set levels in the order in which they are given; a quantity of zero removes one, if it is there."""
        for level in levels:
            if not level.quantity:
                self._remove(level.price)
                continue
            if level.price not in self._levels:
                self._prices.insert(self._index(level.price), level.price)
            self._levels[level.price] = level

    def cut(self, depth: int) -> None:
        """Forget all but the best `depth` levels."""
        for price in self._prices[depth:]:
            del self._levels[price]
        del self._prices[depth:]

    def _remove(self, price: Decimal) -> None:
        if self._levels.pop(price, None) is not None:
            del self._prices[self._index(price)]

    def _index(self, price: Decimal) -> int:
        return bisect_left(self._prices, self._key(price), key=self._key)

"""What an order gets that takes from an order book: level by level, and beyond the last one by a stated rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from streaming.events import Side
from trading.engine.matching.slippage import Slippage


@dataclass(frozen=True, slots=True)
class BookLevel:
    """What stands at one price: `price` in ticks, `quantity` in steps."""

    price: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The levels of both sides, the best first."""

    bids: tuple[BookLevel, ...] = ()
    asks: tuple[BookLevel, ...] = ()

    def opposite(self, side: Side) -> tuple[BookLevel, ...]:
        """Return what an order of this side takes from."""
        return self.asks if side is Side.BUY else self.bids

    def quantity_at(self, side: Side, price: int) -> int:
        """Return how many steps stand at a price, on the side where an order of this side would rest."""
        levels = self.bids if side is Side.BUY else self.asks
        return next((level.quantity for level in levels if level.price == price), 0)

    def after_trade(self, price: int) -> "Book":
        """Return what a trade at a price leaves: whoever would have bid more, or asked less, was met before it.

        So a book that is older than the trade offers nothing that the market doesn't any more.
        """
        bids = [level for level in self.bids if level.price <= price]
        asks = [level for level in self.asks if level.price >= price]
        if len(bids) == len(self.bids) and len(asks) == len(self.asks):
            return self
        return Book(bids=tuple(bids), asks=tuple(asks))

    def after_taking(self, side: Side, price: int, steps: int) -> "Book":
        """Return what an order of this side leaves that took so many steps at a price: none gets them again."""
        levels = [
            BookLevel(level.price, level.quantity - steps if level.price == price else level.quantity)
            for level in self.opposite(side)
        ]
        left = tuple(level for level in levels if level.quantity > 0)
        return Book(bids=self.bids, asks=left) if side is Side.BUY else Book(bids=left, asks=self.asks)


def takes(side: Side, price: int, limit: int) -> bool:
    """Return whether an order with this limit may be executed at a price; a limit of 0 is none."""
    return not limit or (price <= limit if side is Side.BUY else price >= limit)


def prices_taken(book: Book, side: Side, *, limit: int, beyond: Slippage) -> Iterator[tuple[int, int | None]]:
    """Give the prices that an order takes, with how many steps each offers; None where nothing bounds it.

    A market order (without `limit`) gets whatever the book doesn't hold at the last level's price, made worse by the
    slippage: what stands behind is not known.
    """
    levels = book.opposite(side)
    for level in levels:
        if not takes(side, level.price, limit):
            return
        yield level.price, level.quantity
    if levels and not limit:
        yield beyond.price(side, levels[-1].price), None

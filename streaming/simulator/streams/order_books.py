"""The streams of the order book: its top, its best levels, and what changed."""

from streaming.simulator.market.market import Step, SymbolMarket
from streaming.simulator.market.order_book import Side
from streaming.simulator.streams import wire
from streaming.simulator.streams.frames import DepthUpdateFrame, Rows
from streaming.simulator.streams.stream import Event


class BookTicker:
    """`@bookTicker`: the top of the book, whenever it changes."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._symbol = symbol
        self._top: tuple[int, int, int, int] | None = None

    def events(self, step: Step) -> list[Event]:
        """Return the top of the book where it isn't what it was."""
        bid, ask = self._symbol.book.bids.best, self._symbol.book.asks.best
        if bid is None or ask is None:
            return []
        top = (bid.price, bid.quantity, ask.price, ask.quantity)
        if top == self._top:
            return []
        self._top = top
        frame = wire.book_ticker_frame(self._symbol.instrument, self._symbol.book)
        return [lambda _scale: frame]


class PartialDepth:
    """`@depth<levels>`: the top of the book, where it changed."""

    def __init__(self, symbol: SymbolMarket, levels: int, every: int) -> None:
        self._symbol = symbol
        self._levels = levels
        self._every = every
        self._sent: int | None = None

    def events(self, step: Step) -> list[Event]:
        """Return the levels when it is time and the book has changed."""
        book = self._symbol.book
        if step.time % self._every or book.update_id == self._sent:
            return []
        self._sent = book.update_id
        frame = wire.depth_frame(self._symbol.instrument, book, self._levels)
        return [lambda _scale: frame]


class DepthUpdates:
    """`@depth`: what changed in the book; applied in order to a snapshot they give the book itself."""

    def __init__(self, symbol: SymbolMarket, every: int) -> None:
        self._symbol = symbol
        self._every = every
        self._first_update_id: int | None = None
        self._touched: set[tuple[Side, int]] = set()

    def events(self, step: Step) -> list[Event]:
        """Return the changes when it is time and there are any."""
        brought = step.symbols[self._symbol.instrument.symbol]
        if brought.touched:
            self._touched |= brought.touched
            if self._first_update_id is None:
                self._first_update_id = brought.first_update_id
        if step.time % self._every or self._first_update_id is None:
            return []
        first_update_id, self._first_update_id = self._first_update_id, None
        bids, asks = self._rows(Side.BUY), self._rows(Side.SELL)
        last_update_id = brought.last_update_id
        self._touched = set()
        return [
            lambda scale: DepthUpdateFrame(
                event_time=step.time * scale,
                symbol=self._symbol.instrument.symbol,
                first_update_id=first_update_id,
                last_update_id=last_update_id,
                bids=bids,
                asks=asks,
            )
        ]

    def _rows(self, side: Side) -> Rows:
        standing = self._symbol.book.side(side)
        prices = sorted((price for touched, price in self._touched if touched is side), reverse=side is Side.BUY)
        return wire.level_rows(self._symbol.instrument, [(price, standing.quantity_at(price)) for price in prices])

"""One symbol's book, proven by its checksum after each message. Pure."""

from streaming.market.sources.kraken.checksum import checksum_of
from streaming.market.sources.kraken.messages import BookMessage
from streaming.market.sources.order_book import OrderBook


class CheckedBook:
    """A book of `depth` levels a side: the exchange tells of none that fell out of it, so that it is cut here.

    `is_proven` is true from a snapshot on, as long as each checksum was that of the message. What follows one that
    wasn't belongs to a book that nobody knows: it takes another snapshot.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self.book = OrderBook()
        self.is_proven = False

    def take(self, message: BookMessage) -> bool:
        """Apply a message; return whether the book is proven after it."""
        if message.is_snapshot:
            self.book = OrderBook()
        elif not self.is_proven:
            return False
        self.book.bids.change(message.bids)
        self.book.asks.change(message.asks)
        self.book.bids.cut(self._depth)
        self.book.asks.cut(self._depth)
        self.is_proven = checksum_of(self.book) == message.checksum
        return self.is_proven

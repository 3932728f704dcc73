"""One product's book. Its updates bear neither number nor checksum: nothing in them proves that none was lost. Pure."""

from streaming.market.sources.coinbase.messages import SnapshotMessage, UpdateMessage
from streaming.market.sources.order_book import OrderBook


class ProductBook:
    """A whole book, from its snapshot on: what comes before one says nothing. No level is dropped, however deep."""

    def __init__(self) -> None:
        self.book = OrderBook()
        self.is_whole = False

    def take(self, message: SnapshotMessage | UpdateMessage) -> None:
        """Apply a message; that a level to be removed isn't there is usual."""
        if isinstance(message, SnapshotMessage):
            self.book = OrderBook()
            self.is_whole = True
        if self.is_whole:
            self.book.bids.change(message.bids)
            self.book.asks.change(message.asks)

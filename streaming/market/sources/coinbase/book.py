"""One product's book. Its updates bear neither number nor checksum: nothing in them proves that none was lost. Pure."""

from streaming.market.sources.coinbase.messages import SnapshotMessage, UpdateMessage
from streaming.market.sources.order_book import OrderBook

_MOST_CROSSED = 2


class ProductBook:
    """A whole book, from its snapshot on: what comes before one says nothing. No level is dropped, however deep.

    `is_doubtful` where it has been crossed for more than two updates, which no market is, or has lost a level of an
    update that could not be read.
    """

    def __init__(self) -> None:
        self.book = OrderBook()
        self.is_whole = False
        self._crossed = 0
        self._has_lost = False

    @property
    def is_doubtful(self) -> bool:
        """True where it is to be had anew."""
        return self._has_lost or self._crossed > _MOST_CROSSED

    def take(self, message: SnapshotMessage | UpdateMessage) -> None:
        """Apply a message; that a level to be removed isn't there is usual."""
        if isinstance(message, SnapshotMessage):
            self.book = OrderBook(message.bids, message.asks)
            self.is_whole = True
            self._has_lost = False
        elif self.is_whole:
            self._has_lost = self._has_lost or message.bad_levels > 0
            self.book.bids.change(message.bids)
            self.book.asks.change(message.asks)
        self._crossed = self._crossed + 1 if self.book.is_crossed else 0

"""The checksum of a book: the only proof that nothing of it was lost, for its updates bear no number. Pure.

Source: https://docs.kraken.com/api/docs/guides/spot-ws-book-v2.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import chain
from zlib import crc32

from streaming.events import Level
from streaming.market.sources.order_book import OrderBook

LEVELS = 10
"""The best levels of a side that a checksum covers, whatever the depth."""


def checksum_of(book: OrderBook) -> int:
    """Return the CRC32 of the best asks from low to high, then of the best bids from high to low."""
    levels = chain(book.asks.best(LEVELS), book.bids.best(LEVELS))
    return crc32("".join(_digits(levels)).encode())


def _digits(levels: Iterable[Level]) -> Iterable[str]:
    for level in levels:
        yield _text(level.price)
        yield _text(level.quantity)


def _text(number: Decimal) -> str:
    """Return the digits of the wire without the point, and without the zeros before the first other digit."""
    return format(number, "f").replace(".", "").lstrip("0")

"""The names of Coinbase's streams: `<product>@<channel>`. Pure."""

from collections.abc import Iterable
from enum import StrEnum


class Channel(StrEnum):
    """A channel of the feed that needs no key."""

    HEARTBEAT = "heartbeat"
    TICKER = "ticker"
    MATCHES = "matches"
    BOOK = "level2_batch"
    STATUS = "status"


_ACKNOWLEDGED_AS = {"level2_50": Channel.BOOK.value}
"""Names by which the exchange acknowledges a channel that was asked for under another."""


def stream_name(product: str, channel: str) -> str:
    """Return a stream's name, as it was asked for; one of no product is its channel's.

    >>> stream_name("BTC-USD", "level2_50")
    'BTC-USD@level2_batch'
    """
    channel = _ACKNOWLEDGED_AS.get(channel, channel)
    return f"{product}@{channel}" if product else channel


def products_by_channel(streams: Iterable[str]) -> dict[str, list[str]]:
    """Return the products of streams by their channels, in the order in which they are named."""
    found: dict[str, list[str]] = {}
    for stream in streams:
        product, _, channel = stream.rpartition("@")
        found.setdefault(channel, []).extend([product] if product else [])
    return found

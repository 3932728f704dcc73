"""What is sent to Coinbase's feed. It knows no ids, and answers with all that is subscribed. Pure."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from streaming.market.sources.coinbase.stream_names import products_by_channel


def request(method: Literal["subscribe", "unsubscribe"], streams: Iterable[str]) -> bytes:
    """Return the frame that asks for streams, or for their end, each channel with its own products."""
    channels = [_channel(name, products) for name, products in products_by_channel(streams).items()]
    return msgspec.json.encode({"type": method, "channels": channels})


def _channel(name: str, products: list[str]) -> dict[str, object]:
    return {"name": name, "product_ids": products} if products else {"name": name}

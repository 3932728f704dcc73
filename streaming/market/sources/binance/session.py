"""How a connection to Binance's streams is spoken on: each frame for itself, requests with an id. Pure."""

from collections.abc import Sequence

import msgspec

from streaming.market.sources.binance.stream_parser import parse_frame
from streaming.market.sources.messages import Received
from streaming.market.sources.source import Method

_METHODS = {
    Method.SUBSCRIBE: "SUBSCRIBE",
    Method.UNSUBSCRIBE: "UNSUBSCRIBE",
    Method.LIST: "LIST_SUBSCRIPTIONS",
}


class BinanceSession:
    """Remembers nothing: no frame needs another to be understood."""

    has_lists = True

    def batch_of(self, stream: str) -> str:
        """Return the same for each stream: one request may be about any."""
        return ""

    def read(self, frame: bytes) -> Sequence[Received]:
        """Return what a frame says."""
        return (parse_frame(frame),)

    def write(self, method: Method, streams: Sequence[str], request_id: int) -> bytes:
        """Return the frame of a request; what is subscribed is asked for without names."""
        if method is Method.LIST:
            return msgspec.json.encode({"method": _METHODS[method], "id": request_id})
        return msgspec.json.encode({"method": _METHODS[method], "params": streams, "id": request_id})

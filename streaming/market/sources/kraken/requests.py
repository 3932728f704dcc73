"""What is sent to Kraken's feed: a request is of one channel, and answered once for each of its symbols. Pure."""

from enum import StrEnum
from typing import Literal

import msgspec

from streaming.events import Interval
from streaming.market.sources.kraken.intervals import minutes_of


class Channel(StrEnum):
    """A channel of the feed that needs no token."""

    TICKER = "ticker"
    TRADE = "trade"
    BOOK = "book"
    OHLC = "ohlc"
    INSTRUMENT = "instrument"


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A channel of some symbols, without any of all; `depth` is a book's, `interval` that of candles.

    A ticker is told at each trade, or with the `event_trigger` `bbo` also when a best price changes.

    With `has_snapshot` what was before is told first, which is always said: its default differs by channel. A book's
    comes whatever is asked for.
    """

    channel: Channel
    symbols: tuple[str, ...] = ()
    depth: int | None = None
    interval: Interval | None = None
    event_trigger: Literal["bbo"] | None = None
    has_snapshot: bool = True


def request(method: Literal["subscribe", "unsubscribe"], what: Subscription, request_id: int) -> bytes:
    """Return the frame that asks for a subscription, or for its end."""
    parameters: dict[str, object] = {"channel": what.channel.value, "snapshot": what.has_snapshot}
    if what.symbols:
        parameters["symbol"] = what.symbols
    if what.depth is not None:
        parameters["depth"] = what.depth
    if what.interval is not None:
        parameters["interval"] = minutes_of(what.interval)
    if what.event_trigger is not None:
        parameters["event_trigger"] = what.event_trigger
    if method == "unsubscribe":
        del parameters["snapshot"]
    return msgspec.json.encode({"method": method, "params": parameters, "req_id": request_id})


def ping(request_id: int) -> bytes:
    """Return the frame that asks for a pong."""
    return msgspec.json.encode({"method": "ping", "req_id": request_id})

"""Every event that travels through the channel layer: typed, immutable, exact.

Times are integers in milliseconds since the epoch (UTC). Prices and quantities are `Decimal`, with the digits that the
exchange sent; msgpack carries them as text, so nothing passes through a binary float.
This package knows neither Django nor an exchange's wire format.
"""

from streaming.events.base import Interval, Side, Source
from streaming.events.envelope import Envelope, Event, decode, encode
from streaming.events.market import (
    Candle,
    Depth,
    Level,
    MarketEvent,
    MarketUpdate,
    Overview,
    OverviewRow,
    Price,
    Signal,
    SignalAction,
    Ticker,
    Trade,
    Trades,
)

__all__ = [
    "Candle",
    "Depth",
    "Envelope",
    "Event",
    "Interval",
    "Level",
    "MarketEvent",
    "MarketUpdate",
    "Overview",
    "OverviewRow",
    "Price",
    "Side",
    "Signal",
    "SignalAction",
    "Source",
    "Ticker",
    "Trade",
    "Trades",
    "decode",
    "encode",
]

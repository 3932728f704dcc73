"""Every event that travels through the channel layer: typed, immutable, exact.

Times are integers in milliseconds since the epoch (UTC). Prices and quantities are `Decimal`, with the digits that the
exchange sent; msgpack carries them as text, so nothing passes through a binary float.
This module knows neither Django nor an exchange's wire format.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec


class Source(StrEnum):
    """Who made a market event."""

    BINANCE = "binance"
    SIMULATOR = "simulator"


class Side(StrEnum):
    """The side of a trade's taker."""

    BUY = "buy"
    SELL = "sell"


class Interval(StrEnum):
    """The length of a candle, in the exchange's spelling: `1M` is a month and `1m` a minute."""

    SECOND_1 = "1s"
    MINUTE_1 = "1m"
    MINUTE_3 = "3m"
    MINUTE_5 = "5m"
    MINUTE_15 = "15m"
    MINUTE_30 = "30m"
    HOUR_1 = "1h"
    HOUR_2 = "2h"
    HOUR_4 = "4h"
    HOUR_6 = "6h"
    HOUR_8 = "8h"
    HOUR_12 = "12h"
    DAY_1 = "1d"
    DAY_3 = "3d"
    WEEK_1 = "1w"
    MONTH_1 = "1M"


class MarketEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """What every market event tells besides its own fields.

    `time` is the exchange's (of a depth, which has none, the time of receipt). `stale` marks a last value that was
    published once more because nothing newer came; `repaired`, one that was fetched later to fill a hole.
    """

    symbol: str
    time: int
    source: Source
    stale: bool = False
    repaired: bool = False

    @property
    def simulated(self) -> bool:
        """True where the event is not of a real market."""
        return self.source is Source.SIMULATOR


class Price(MarketEvent, frozen=True, kw_only=True, tag="price"):
    """The last price, with the change over 24 hours (in quote units and per cent)."""

    price: Decimal
    change: Decimal
    change_percent: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal


class Ticker(MarketEvent, frozen=True, kw_only=True, tag="ticker"):
    """The rolling 24 hours of a symbol; `volume` in base units, `quote_volume` in quote units."""

    price: Decimal
    bid: Decimal
    ask: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    previous_close: Decimal
    change: Decimal
    change_percent: Decimal
    volume: Decimal
    quote_volume: Decimal


class Candle(MarketEvent, frozen=True, kw_only=True, tag="candle"):
    """One candle of a symbol; open until `is_final`. `open_time` and `close_time` are its first and last ms."""

    interval: Interval
    open_time: int
    close_time: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trades: int
    is_final: bool


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """One trade; `time` is when the exchange made it."""

    trade_id: int
    price: Decimal
    quantity: Decimal
    side: Side
    time: int


class Trades(MarketEvent, frozen=True, kw_only=True, tag="trades"):
    """Consecutive trades of a symbol, oldest first; they travel together, clients get one frame each."""

    trades: tuple[Trade, ...]


class Level(msgspec.Struct, frozen=True, array_like=True):
    """One price level of an order book."""

    price: Decimal
    quantity: Decimal


class Depth(MarketEvent, frozen=True, kw_only=True, tag="depth"):
    """The best levels of an order book, up to ten a side, best first."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class SignalAction(StrEnum):
    """What a signal advises."""

    BUY = "buy"
    SELL = "sell"
    HOLD = "hold"


class Signal(MarketEvent, frozen=True, kw_only=True, tag="signal"):
    """A public trading signal; `confidence` is between 0 and 1."""

    action: SignalAction
    confidence: Decimal
    model: str
    horizon: str
    price: Decimal


class OverviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol of the market overview."""

    symbol: str
    price: Decimal
    change_percent: Decimal
    volume: Decimal


class Overview(MarketEvent, frozen=True, kw_only=True, tag="overview"):
    """The whole market at a glance; `symbol` is empty. Gainers, losers and volumes name symbols, the first first."""

    rows: tuple[OverviewRow, ...]
    gainers: tuple[str, ...]
    losers: tuple[str, ...]
    volumes: tuple[str, ...]


Event = Price | Ticker | Candle | Trades | Depth | Signal | Overview


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """An event on its way: the producer's fencing number (`epoch`) and its count on this topic (`sequence`, from 1).

    A receiver drops epochs lower than it has seen, so a producer that lost its lease can't go on publishing.
    """

    epoch: int
    sequence: int
    event: Event


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Envelope)


def encode(envelope: Envelope) -> bytes:
    """Return the msgpack bytes that travel through the channel layer."""
    return _encoder.encode(envelope)


def decode(body: bytes) -> Envelope:
    """Return the envelope in `body`; raise `msgspec.DecodeError` where it isn't one."""
    return _decoder.decode(body)

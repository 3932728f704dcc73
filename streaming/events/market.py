"""The events of the market."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from streaming.events.base import Interval, Side, Source


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


MarketUpdate = Price | Ticker | Candle | Trades | Depth | Signal | Overview

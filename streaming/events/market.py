"""The events of the market."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events.base import BaseEvent, EpochMilliseconds, Interval, Milliseconds, PublicEvent, Side, Source


class MarketEvent(PublicEvent, frozen=True, kw_only=True):
    """What every market event tells besides its own fields.

    `simulated`: of no real market. `stale`: a last value, told once more because nothing newer came. `repaired`:
    fetched later, to fill a hole. `time` is the exchange's; of a depth, which has none, when it was received.
    """

    header: ClassVar[frozenset[str]] = frozenset({"source", "stale", "repaired"})

    symbol: str
    source: Source
    stale: bool = False
    repaired: bool = False

    @property
    def simulated(self) -> bool:
        """True where the event is not of a real market."""
        return self.source is Source.SIMULATOR


class Price(MarketEvent, frozen=True, kw_only=True, tag="price"):
    """The last price, of `price:<SYMBOL>`; changes and bounds over 24 hours, `change_percent` in per cent.

    `change_1h`, over an hour, is unset where the price of an hour before isn't known.
    """

    frame_type: ClassVar[str] = "price"
    is_held: ClassVar[bool] = True

    price: Decimal
    change: Decimal
    change_percent: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal
    change_1h: Decimal | msgspec.UnsetType = msgspec.UNSET
    time: EpochMilliseconds


class LeftOut(StrEnum):
    """Why a source's price isn't part of a combined one: too old, too far from the others, or of no known worth."""

    OLD = "old"
    OUTLIER = "outlier"
    NO_RATE = "no_rate"


class PriceSource(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of a combined price, in US dollars, how old that is in ms, and whether it was used.

    `price` is None where the stablecoin that the source trades against has no fresh rate; `reason` says why it wasn't
    used, where it wasn't.
    """

    name: str
    price: Decimal | None
    age_ms: int
    used: bool
    reason: LeftOut | msgspec.UnsetType = msgspec.UNSET


class CombinedPrice(MarketEvent, frozen=True, kw_only=True, tag="combined_price"):
    """A price made of several sources, of `price:BTC-USD`; what none of them tells is None.

    `is_single` where it is that of one source alone; with `stale` none is fresh. `source` is `simulator` where the
    deployment's market is. `time` is ours.
    """

    frame_type: ClassVar[str] = "price"
    is_held: ClassVar[bool] = True

    price: Decimal
    change: Decimal | None = msgspec.field(name="change24h", default=None)
    change_percent: Decimal | None = msgspec.field(name="changePercent24h", default=None)
    high: Decimal | None = msgspec.field(name="high24h", default=None)
    low: Decimal | None = msgspec.field(name="low24h", default=None)
    volume: Decimal | None = msgspec.field(name="volume24h", default=None)
    change_1h: Decimal | None = msgspec.field(name="change1h", default=None)
    time: EpochMilliseconds = msgspec.field(name="timestamp")
    is_single: bool = msgspec.field(name="singleSource", default=False)
    sources: tuple[PriceSource, ...]


class Ticker(MarketEvent, frozen=True, kw_only=True, tag="ticker"):
    """The rolling 24 hours of a symbol, of `ticker:<SYMBOL>`; `volume` in base units.

    `quote_volume`, in quote units, and `previous_close` are None where the exchange doesn't tell them.
    """

    frame_type: ClassVar[str] = "ticker"
    is_held: ClassVar[bool] = True

    price: Decimal
    bid: Decimal
    ask: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    previous_close: Decimal | None
    change: Decimal
    change_percent: Decimal
    volume: Decimal
    quote_volume: Decimal | None


class Candle(MarketEvent, frozen=True, kw_only=True, tag="candle"):
    """A candle, of `klines:<SYMBOL>:<interval>`, open until `is_final`; `open_time` is its first ms.

    `close_time` is its last ms. `interval` is as in the channel: `1M` is a month.
    """

    frame_type: ClassVar[str] = "kline"
    is_held: ClassVar[bool] = True

    interval: Interval
    open_time: EpochMilliseconds
    close_time: Milliseconds
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trades: int
    is_final: bool

    @property
    def is_state(self) -> bool:
        """True while the candle is open; of final ones every one counts."""
        return not self.is_final


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A trade, of `trades:<SYMBOL>`; `side` is the taker's, `time` when the exchange made it."""

    trade_id: int
    price: Decimal
    quantity: Decimal
    side: Side
    time: Milliseconds


class Trades(MarketEvent, frozen=True, kw_only=True, tag="trades"):
    """Consecutive trades of a symbol, oldest first; they travel together, clients get one frame each."""

    frame_type: ClassVar[str] = "trade"

    trades: tuple[Trade, ...]

    @property
    def frame_count(self) -> int:
        """One for each trade."""
        return len(self.trades)


class Level(msgspec.Struct, frozen=True, array_like=True):
    """One price level of an order book."""

    price: Decimal
    quantity: Decimal


class Depth(MarketEvent, frozen=True, kw_only=True, tag="depth"):
    """The best levels of an order book, of `depth:<SYMBOL>`: up to ten a side, the best first.

    Up to a hundred of `depth:<SYMBOL>:100`, of which `levels` says so.
    """

    frame_type: ClassVar[str] = "depth"
    header: ClassVar[frozenset[str]] = MarketEvent.header | {"levels"}
    is_held: ClassVar[bool] = True

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    levels: int = 0


class OverviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol of the overview; the change in per cent, over 24 hours like the volume."""

    symbol: str
    price: Decimal
    change_percent: Decimal = msgspec.field(name="changePercent24h")
    volume: Decimal = msgspec.field(name="volume24h")


class Overview(MarketEvent, frozen=True, kw_only=True, tag="overview"):
    """The whole market, of `market:overview`; gainers, losers and volumes name symbols, the first first."""

    frame_type: ClassVar[str] = "overview"
    is_held: ClassVar[bool] = True

    symbol: str = ""
    rows: tuple[OverviewRow, ...]
    gainers: tuple[str, ...]
    losers: tuple[str, ...]
    volumes: tuple[str, ...]


class Resync(BaseEvent, frozen=True, kw_only=True, tag="resync"):
    """Events of a channel are missing, of the exchange's or on the way, from `start` to `end`.

    `complete` where what was missed was fetched, or counts no more.
    """

    frame_type: ClassVar[str] = "resync"
    header: ClassVar[frozenset[str]] = frozenset({"time"})

    start: Milliseconds = msgspec.field(name="from")
    end: Milliseconds = msgspec.field(name="to")
    complete: bool


MarketUpdate = Price | Ticker | Candle | Trades | Depth | Overview
"""What the bridge makes of the exchange's messages."""

"""The events of the market. Prices in the symbol's quote asset, quantities in its base asset.

Made by `make format` from the server's declarations; `make check` fails where it is out of date.
"""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from tidewire_client.events.base import Event, Milliseconds
from tidewire_client.events.values import Action, Side, Source


class MarketEvent(Event, frozen=True, kw_only=True):
    """What every market event tells besides its own fields.

    `simulated`: of no real market. `stale`: a last value, told once more because nothing newer came. `repaired`:
    fetched later, to fill a hole. `time` is the exchange's; of a depth, which has none, when it was received.
    """

    symbol: str
    source: Source
    simulated: bool = False
    stale: bool = False
    repaired: bool = False


class LeftOut(StrEnum):
    """Why a source's price isn't part of a combined one: too old, too far from the others, or of no known worth."""

    OLD = "old"
    OUTLIER = "outlier"
    NO_RATE = "no_rate"


class PriceSource(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of a combined price, in US dollars, how old that is in ms, and whether it was used.

    `price` is None where the stablecoin that the source trades against has no fresh rate; `reason` says why it
    wasn't used, where it wasn't.
    """

    name: str
    price: Decimal | None
    age_ms: int
    used: bool
    reason: LeftOut | None = None


class CombinedPrice(MarketEvent, frozen=True, kw_only=True):
    """A price made of several sources, of `price:BTC-USD`; what none of them tells is None.

    `source` is `simulator` where the deployment's market is. `time` is ours.
    """

    kind: ClassVar[str] = "combined_price"

    price: Decimal
    change: Decimal | None = msgspec.field(name="change24h", default=None)
    change_percent: Decimal | None = msgspec.field(name="changePercent24h", default=None)
    high: Decimal | None = msgspec.field(name="high24h", default=None)
    low: Decimal | None = msgspec.field(name="low24h", default=None)
    volume: Decimal | None = msgspec.field(name="volume24h", default=None)
    change_1h: Decimal | None = msgspec.field(name="change1h", default=None)
    is_single: bool = msgspec.field(name="singleSource", default=False)
    sources: tuple[PriceSource, ...]


class Price(MarketEvent, frozen=True, kw_only=True):
    """The last price, of `price:<SYMBOL>`; changes and bounds over 24 hours, `change_percent` in per cent.

    `change_1h`, over an hour, is unset where the price of an hour before isn't known.
    """

    kind: ClassVar[str] = "price"

    price: Decimal
    change: Decimal = msgspec.field(name="change24h")
    change_percent: Decimal = msgspec.field(name="changePercent24h")
    high: Decimal = msgspec.field(name="high24h")
    low: Decimal = msgspec.field(name="low24h")
    volume: Decimal = msgspec.field(name="volume24h")
    change_1h: Decimal | None = msgspec.field(name="change1h", default=None)


class Ticker(MarketEvent, frozen=True, kw_only=True, rename="camel"):
    """The rolling 24 hours of a symbol, of `ticker:<SYMBOL>`; `volume` in base units.

    `quote_volume`, in quote units, and `previous_close` are None where the exchange doesn't tell them.

    None is what the dialect doesn't tell.
    """

    kind: ClassVar[str] = "ticker"

    price: Decimal
    bid: Decimal | None = None
    ask: Decimal | None = None
    open: Decimal | None = None
    high: Decimal
    low: Decimal
    previous_close: Decimal | None = None
    change: Decimal
    change_percent: Decimal
    volume: Decimal
    quote_volume: Decimal | None = None


class Kline(MarketEvent, frozen=True, kw_only=True, rename="camel"):
    """A candle, of `klines:<SYMBOL>:<interval>`, open until `is_final`; `open_time` is its first ms.

    `close_time` is its last ms. `interval` is as in the channel: `1M` is a month.

    None is what the dialect doesn't tell.
    """

    kind: ClassVar[str] = "kline"
    other_times: ClassVar[tuple[str, ...]] = ("endTime",)

    interval: str
    open_time: Milliseconds = msgspec.field(name="time")
    close_time: Milliseconds | None = msgspec.field(name="endTime", default=None)
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    trades: int | None = None
    is_final: bool


class Trade(MarketEvent, frozen=True, kw_only=True, rename="camel"):
    """A trade, of `trades:<SYMBOL>`; `side` is the taker's, `time` when the exchange made it."""

    kind: ClassVar[str] = "trade"

    trade_id: int
    price: Decimal
    quantity: Decimal
    side: Side


class Level(msgspec.Struct, frozen=True, array_like=True):
    """One price level of an order book."""

    price: Decimal
    quantity: Decimal


class Depth(MarketEvent, frozen=True, kw_only=True):
    """The best levels of an order book, of `depth:<SYMBOL>`: up to ten a side, the best first."""

    kind: ClassVar[str] = "depth"

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class OverviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol of the overview; the change in per cent, over 24 hours like the volume."""

    symbol: str
    price: Decimal
    change_percent: Decimal = msgspec.field(name="changePercent24h")
    volume: Decimal = msgspec.field(name="volume24h")


class Overview(MarketEvent, frozen=True, kw_only=True):
    """The whole market, of `market:overview`; gainers, losers and volumes name symbols, the first first."""

    kind: ClassVar[str] = "overview"

    symbol: str = ""
    rows: tuple[OverviewRow, ...] = msgspec.field(name="symbols")
    gainers: tuple[str, ...]
    losers: tuple[str, ...]
    volumes: tuple[str, ...]


class CalibrationBand(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Judged signals whose confidence lay from `least` up to `most`: its mean, and how many of them were right.

    `independent` is the largest number of them whose horizons don't overlap.
    """

    least: Decimal
    most: Decimal
    signals: int
    independent: int
    confidence: Decimal
    hit_rate: Decimal


class TrackRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of a model's earlier public signals on a symbol and a horizon, of the last 200 of each strategy.

    `hit_rate` is the part of the judged ones that was right; `brier_score` the mean squared distance of their
    confidence from what came, 0 being perfect. Both are null before one was judged. `independent` is the largest
    number of judged ones whose horizons don't overlap: so many say what the market did once each.
    """

    right: int
    wrong: int
    independent: int
    hit_rate: Decimal | None
    brier_score: Decimal | None
    calibration: tuple[CalibrationBand, ...]


class Signal(MarketEvent, frozen=True, kw_only=True, rename="camel"):
    """A public trading signal, of `signals:<SYMBOL>`; `confidence` is from 0 to 1, `reason` says why in words.

    `model` is the strategy's name in the registry, `version` that of its class, or of the model that learnt by
    which it goes (`boosting 7`); at the end of `horizon` (`1m`, `15m`) the signal is judged. `track_record` tells
    what became of earlier ones, `version_record` of those of the same version. `id` is the same however often the
    signal is told, and says nothing of whose it is.
    """

    kind: ClassVar[str] = "signal"

    action: Action
    confidence: Decimal
    reason: str = ""
    model: str
    version: str = ""
    horizon: str
    price: Decimal
    track_record: TrackRecord | None = None
    version_record: TrackRecord | None = None
    id: str = ""


class Block(Event, frozen=True, kw_only=True, rename="camel"):
    """A new block, of `blocks:<chain>`; `base_fee` in the chain's smallest unit.

    `reorg_depth` is how many blocks it retracts.
    """

    kind: ClassVar[str] = "block"

    chain: str
    number: int
    hash: str
    parent_hash: str
    transactions: int
    base_fee: Decimal | None = None
    reorg_depth: int = msgspec.field(name="reorg_depth", default=0)


class Resync(Event, frozen=True, kw_only=True):
    """Events of a channel are missing, of the exchange's or on the way, from `start` to `end`.

    `complete` where what was missed was fetched, or counts no more.
    """

    kind: ClassVar[str] = "resync"
    other_times: ClassVar[tuple[str, ...]] = ("from", "to")

    start: Milliseconds = msgspec.field(name="from")
    end: Milliseconds = msgspec.field(name="to")
    complete: bool


MARKET_EVENTS = (CombinedPrice, Price, Ticker, Kline, Trade, Depth, Overview, Signal, Block, Resync)

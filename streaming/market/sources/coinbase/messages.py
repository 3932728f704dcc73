"""What Coinbase's feed says, as typed values with the platform's meaning: a side is always the taker's.

A symbol is a product's id (`BTC-USD`). Times are in milliseconds, None where none was given. Pure.
"""

from decimal import Decimal

from streaming.events import Level, Side, Trade
from streaming.market.sources.messages import SourceMessage


class MatchMessage(SourceMessage, frozen=True, kw_only=True):
    """A trade. `is_last`: told on subscribing, and old: it belongs neither into a feed of trades nor into a candle.

    `sequence` counts over a feed of which this is a part: it is never lower than before, and jumps.
    """

    symbol: str
    sequence: int
    trade: Trade
    is_last: bool


class TickerMessage(SourceMessage, frozen=True, kw_only=True):
    """The last trade with the rolling 24 hours and the best bid and ask; there is no previous close.

    Its time is that of the trade; the one that comes on subscribing may be of hours before (recorded 2021-04-17).
    """

    symbol: str
    sequence: int
    event_time: int | None
    trade_id: int
    price: Decimal
    quantity: Decimal
    taker_side: Side
    bid: Decimal
    bid_quantity: Decimal | None
    ask: Decimal
    ask_quantity: Decimal | None
    open: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal

    @property
    def sent_at(self) -> None:
        """Nobody knows; heartbeats tell the exchange's time, one a second of each product."""
        return None


class SnapshotMessage(SourceMessage, frozen=True, kw_only=True):
    """The whole book of a product, the best levels first; `bad_levels` could not be read, and were left out."""

    symbol: str
    event_time: int | None
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    bad_levels: int


class UpdateMessage(SourceMessage, frozen=True, kw_only=True):
    """Levels of a book that changed, in their order: absolute quantities, of which zero removes one."""

    symbol: str
    event_time: int | None
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    bad_levels: int


class BestLevels(SourceMessage, frozen=True, kw_only=True):
    """The best levels of a book, the best first, after a message about it."""

    symbol: str
    event_time: int | None
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class HeartbeatMessage(SourceMessage, frozen=True, kw_only=True):
    """Told every second of each product; `last_trade_id` is 0 where it never traded."""

    symbol: str
    sequence: int
    event_time: int | None
    last_trade_id: int


class StatusMessage(SourceMessage, frozen=True, kw_only=True):
    """The products that the exchange lists, by their names."""

    symbols: tuple[str, ...]

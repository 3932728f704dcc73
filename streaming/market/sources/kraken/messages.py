"""What Kraken's feed says, as typed values with the platform's meaning.

A symbol is a pair as version 2 spells it (`BTC/USD`). Times are in milliseconds, None where none was given. Numbers
keep the digits of the wire, zeros at their end too: a book's checksum is made of them. Pure.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Self

import msgspec
from msgspec.structs import replace

from streaming.events import Interval, Level, Trade
from streaming.market.sources.messages import RequestId, SourceMessage


class BookMessage(SourceMessage, frozen=True, kw_only=True):
    """A book's levels: all of them (`is_snapshot`), or those that changed, in their order; zero removes one.

    `checksum` is of the book with all of them.
    """

    symbol: str
    is_snapshot: bool
    event_time: int | None
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    checksum: int


class StateMessage(SourceMessage, frozen=True, kw_only=True):
    """The state of a stream, as it is on subscribing (`is_snapshot`) or after a change.

    A snapshot's time is that of the last change, maybe long before (recorded 2026-08-16). Of a pair that never traded
    it is 1970.
    """

    symbol: str
    is_snapshot: bool
    event_time: int | None

    @property
    def sent_at(self) -> int | None:
        """When it was sent, where its time is that of a change just now."""
        return None if self.is_snapshot or not self.event_time else self.event_time

    @property
    def content(self) -> Self:
        """What it says, as a change would."""
        return replace(self, is_snapshot=False) if self.is_snapshot else self


class ProvenBook(StateMessage, frozen=True, kw_only=True):
    """The best levels of a book, the best first, after a message (a snapshot or changes) whose checksum it has."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class TradesMessage(SourceMessage, frozen=True, kw_only=True):
    """Trades of a symbol, oldest first: those of before (`is_snapshot`), or new ones, mostly of one order."""

    symbol: str
    is_snapshot: bool
    trades: tuple[Trade, ...]


class TickerMessage(StateMessage, frozen=True, kw_only=True):
    """The rolling 24 hours with the best bid and ask; what a pair has none of that never traded is None.

    There is no open (it is the price less the change) and no previous close; `change_percent` has two decimals.
    """

    bid: Decimal
    bid_quantity: Decimal
    ask: Decimal
    ask_quantity: Decimal
    price: Decimal | None
    volume: Decimal | None
    volume_weighted_price: Decimal | None
    low: Decimal | None
    high: Decimal | None
    change: Decimal | None
    change_percent: Decimal | None


class CandleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One candle, open or closed: nothing says which. None is sent of a time without trades."""

    symbol: str
    interval: Interval
    open_time: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    volume_weighted_price: Decimal
    trades: int


class CandlesMessage(SourceMessage, frozen=True, kw_only=True):
    """Candles, oldest first: those of before (`is_snapshot`), or the one that a trade has changed."""

    is_snapshot: bool
    event_time: int | None
    candles: tuple[CandleRow, ...]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A pair that is listed; a step or minimum that isn't given is None."""

    symbol: str
    base: str
    quote: str
    status: str
    price_step: Decimal | None
    quantity_step: Decimal | None
    minimum_quantity: Decimal | None
    minimum_cost: Decimal | None

    @property
    def is_tradable(self) -> bool:
        """True where orders are executed, though perhaps no market orders."""
        return self.status in {"online", "limit_only"}


class InstrumentsMessage(SourceMessage, frozen=True, kw_only=True):
    """Pairs that are listed: all of them (`is_snapshot`), or those that changed; `unreadable` were left out."""

    is_snapshot: bool
    pairs: tuple[Pair, ...]
    unreadable: int


class SystemState(StrEnum):
    """What the exchange does at all."""

    ONLINE = "online"
    CANCEL_ONLY = "cancel_only"
    POST_ONLY = "post_only"
    MAINTENANCE = "maintenance"


class StatusMessage(SourceMessage, frozen=True, kw_only=True):
    """How the exchange is: the first message of a connection, and again on change; `connection_id` is unsigned."""

    state: SystemState
    connection_id: int | None


class HeartbeatMessage(SourceMessage, frozen=True, kw_only=True):
    """Told every second once anything is subscribed; it says nothing of any subscription."""


class PongMessage(SourceMessage, frozen=True, kw_only=True):
    """The answer to a ping."""

    request_id: RequestId


class Acknowledgement(SourceMessage, frozen=True, kw_only=True):
    """One symbol's part of a request was accepted; `symbol` is empty for a channel of all pairs."""

    request_id: RequestId
    is_subscribed: bool
    channel: str
    symbol: str
    warnings: tuple[str, ...]


class SymbolRefusal(SourceMessage, frozen=True, kw_only=True):
    """A request, or one symbol's part of it, was refused; often neither symbol nor id is named."""

    request_id: RequestId
    symbol: str
    message: str

"""What the exchange's streams say, as typed values with the exchange's meaning; no event of ours yet.

Times are in milliseconds; prices and quantities keep their digits. Pure.
"""

from decimal import Decimal

from streaming.events import Interval, Level, Side
from streaming.market.sources.messages import Answer, Refusal, ServerShutdownMessage, SourceMessage, Unknown, Unreadable


class TradeMessage(SourceMessage, frozen=True, kw_only=True):
    """`<s>@trade`: one trade; `time` is when it was made, `event_time` when it was told."""

    symbol: str
    event_time: int
    trade_id: int
    price: Decimal
    quantity: Decimal
    time: int
    taker_side: Side


class KlineMessage(SourceMessage, frozen=True, kw_only=True):
    """`<s>@kline_<i>`: a candle; final only where the exchange says `x`."""

    symbol: str
    event_time: int
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


class MiniTickerMessage(SourceMessage, frozen=True, kw_only=True):
    """`<s>@miniTicker`, and each row of `!miniTicker@arr`: the rolling 24 hours without the book."""

    symbol: str
    event_time: int
    price: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal
    quote_volume: Decimal


class TickerMessage(SourceMessage, frozen=True, kw_only=True):
    """`<s>@ticker`: the rolling 24 hours with the best bid and ask."""

    symbol: str
    event_time: int
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


class BookTickerMessage(SourceMessage, frozen=True, kw_only=True):
    """`<s>@bookTicker`: the best bid and ask; it has no event name and no time."""

    symbol: str
    update_id: int
    bid: Decimal
    bid_quantity: Decimal
    ask: Decimal
    ask_quantity: Decimal


class PartialDepthMessage(SourceMessage, frozen=True, kw_only=True):
    """`<s>@depth<n>`: the best levels; neither symbol nor time, so the stream's name says whose they are."""

    last_update_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class DepthUpdateMessage(SourceMessage, frozen=True, kw_only=True):
    """`<s>@depth`: changed levels; a quantity of zero removes one."""

    symbol: str
    event_time: int
    first_id: int
    last_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


Single = (
    TradeMessage
    | KlineMessage
    | MiniTickerMessage
    | TickerMessage
    | BookTickerMessage
    | PartialDepthMessage
    | DepthUpdateMessage
    | ServerShutdownMessage
    | Answer
    | Refusal
    | Unknown
    | Unreadable
)


class Several(SourceMessage, frozen=True, kw_only=True):
    """A list of messages in one frame, as `!miniTicker@arr` sends it; each stands for itself."""

    messages: tuple[Single, ...]


Message = Single | Several

"""The exchange's messages, field by field, in the order in which it writes them.

Prices and quantities are text with eight decimals, times whole numbers.
Source: Binance's documentation of spot market streams.
"""

import msgspec
from msgspec import field


class TradeFrame(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """`<symbol>@trade`."""

    event: str = field(name="e", default="trade")
    event_time: int = field(name="E")
    symbol: str = field(name="s")
    trade_id: int = field(name="t")
    price: str = field(name="p")
    quantity: str = field(name="q")
    trade_time: int = field(name="T")
    buyer_is_maker: bool = field(name="m")
    ignore: bool = field(name="M", default=True)


class AggregateTradeFrame(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """`<symbol>@aggTrade`: the trades of one taker at one price."""

    event: str = field(name="e", default="aggTrade")
    event_time: int = field(name="E")
    symbol: str = field(name="s")
    aggregate_id: int = field(name="a")
    price: str = field(name="p")
    quantity: str = field(name="q")
    first_trade_id: int = field(name="f")
    last_trade_id: int = field(name="l")
    trade_time: int = field(name="T")
    buyer_is_maker: bool = field(name="m")
    ignore: bool = field(name="M", default=True)


class KlineBar(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """The candle of a kline frame."""

    open_time: int = field(name="t")
    close_time: int = field(name="T")
    symbol: str = field(name="s")
    interval: str = field(name="i")
    first_trade_id: int = field(name="f")
    last_trade_id: int = field(name="L")
    open: str = field(name="o")
    close: str = field(name="c")
    high: str = field(name="h")
    low: str = field(name="l")
    volume: str = field(name="v")
    trades: int = field(name="n")
    closed: bool = field(name="x")
    quote_volume: str = field(name="q")
    taker_volume: str = field(name="V")
    taker_quote_volume: str = field(name="Q")
    ignore: str = field(name="B", default="0")


class KlineFrame(msgspec.Struct, kw_only=True, frozen=True):
    """`<symbol>@kline_<interval>`, of UTC or, with `@+08:00` behind it, of that time zone."""

    event: str = field(name="e", default="kline")
    event_time: int = field(name="E")
    symbol: str = field(name="s")
    bar: KlineBar = field(name="k")


class MiniTickerFrame(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """`<symbol>@miniTicker`, and an element of `!miniTicker@arr`."""

    event: str = field(name="e", default="24hrMiniTicker")
    event_time: int = field(name="E")
    symbol: str = field(name="s")
    close: str = field(name="c")
    open: str = field(name="o")
    high: str = field(name="h")
    low: str = field(name="l")
    volume: str = field(name="v")
    quote_volume: str = field(name="q")


class TickerFrame(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """`<symbol>@ticker`."""

    event: str = field(name="e", default="24hrTicker")
    event_time: int = field(name="E")
    symbol: str = field(name="s")
    change: str = field(name="p")
    change_percent: str = field(name="P")
    average: str = field(name="w")
    previous_close: str = field(name="x")
    close: str = field(name="c")
    last_quantity: str = field(name="Q")
    bid: str = field(name="b")
    bid_quantity: str = field(name="B")
    ask: str = field(name="a")
    ask_quantity: str = field(name="A")
    open: str = field(name="o")
    high: str = field(name="h")
    low: str = field(name="l")
    volume: str = field(name="v")
    quote_volume: str = field(name="q")
    open_time: int = field(name="O")
    close_time: int = field(name="C")
    first_trade_id: int = field(name="F")
    last_trade_id: int = field(name="L")
    trades: int = field(name="n")


class RollingTickerFrame(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """`<symbol>@ticker_<window>`, and an element of `!ticker_<window>@arr`; its kind is `1hTicker` and its like."""

    event: str = field(name="e")
    event_time: int = field(name="E")
    symbol: str = field(name="s")
    change: str = field(name="p")
    change_percent: str = field(name="P")
    open: str = field(name="o")
    high: str = field(name="h")
    low: str = field(name="l")
    close: str = field(name="c")
    average: str = field(name="w")
    volume: str = field(name="v")
    quote_volume: str = field(name="q")
    open_time: int = field(name="O")
    close_time: int = field(name="C")
    first_trade_id: int = field(name="F")
    last_trade_id: int = field(name="L")
    trades: int = field(name="n")


class BookTickerFrame(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """`<symbol>@bookTicker`, which tells neither its kind nor a time."""

    update_id: int = field(name="u")
    symbol: str = field(name="s")
    bid: str = field(name="b")
    bid_quantity: str = field(name="B")
    ask: str = field(name="a")
    ask_quantity: str = field(name="A")


class AveragePriceFrame(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """`<symbol>@avgPrice`."""

    event: str = field(name="e", default="avgPrice")
    event_time: int = field(name="E")
    symbol: str = field(name="s")
    interval: str = field(name="i", default="5m")
    average: str = field(name="w")
    last_trade_time: int = field(name="T")


Rows = list[tuple[str, str]]


class DepthUpdateFrame(msgspec.Struct, kw_only=True, frozen=True):
    """`<symbol>@depth`: what changed in the book, with absolute quantities; zero removes a level."""

    event: str = field(name="e", default="depthUpdate")
    event_time: int = field(name="E")
    symbol: str = field(name="s")
    first_update_id: int = field(name="U")
    last_update_id: int = field(name="u")
    bids: Rows = field(name="b")
    asks: Rows = field(name="a")


class DepthFrame(msgspec.Struct, kw_only=True, frozen=True):
    """`<symbol>@depth<levels>` and REST's depth: the best levels, without symbol or time."""

    last_update_id: int = field(name="lastUpdateId")
    bids: Rows
    asks: Rows

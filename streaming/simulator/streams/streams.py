"""Which stream a name means; the streams themselves are beside this."""

import re
from collections.abc import Callable

from streaming.simulator.candles.candles import INTERVALS, SECOND
from streaming.simulator.market.market import Market, SymbolMarket
from streaming.simulator.streams import tickers
from streaming.simulator.streams.klines import EASTERN, EASTERN_OFFSET, Klines
from streaming.simulator.streams.order_books import BookTicker, DepthUpdates, PartialDepth
from streaming.simulator.streams.stream import Stream
from streaming.simulator.streams.trades import AggregateTrades, Trades

Lateness = Callable[[str], int | None]
"""Tells by how many ms the frame that closes a candle of a stream is late; None where it never comes."""

_DEPTH = re.compile(r"depth(?P<levels>5|10|20)?(?P<speed>@100ms|@1000ms)?")
_KLINES = "kline_"
_SIMPLE_KINDS: dict[str, Callable[[SymbolMarket], Stream]] = {
    "trade": Trades,
    "aggTrade": AggregateTrades,
    "bookTicker": BookTicker,
    "avgPrice": tickers.AveragePrice,
}


def in_time(_name: str) -> int:
    """Have the frames that close a candle come at once."""
    return 0


def open_stream(name: str, market: Market, lateness: Lateness = in_time) -> Stream | None:
    """Return the stream of that name, None where there is none. Symbols are lower case; case matters everywhere.

    Nothing here makes block trades or has a reference price: `@blockTrade` and `@referencePrice` are None, too.
    """
    if name in tickers.OF_ALL:
        return tickers.AllTickers(market, tickers.OF_ALL[name])
    symbol_name, _, kind = name.partition("@")
    symbol = market.symbols.get(symbol_name.upper())
    if symbol is None or symbol_name != symbol_name.lower():
        return None
    if kind in _SIMPLE_KINDS:
        return _SIMPLE_KINDS[kind](symbol)
    if kind in tickers.OF_ONE:
        return tickers.Ticker(symbol, tickers.OF_ONE[kind])
    if kind.startswith(_KLINES):
        return _kline_stream(kind.removeprefix(_KLINES), symbol, lambda: lateness(name))
    return _depth_stream(kind, symbol)


def _kline_stream(text: str, symbol: SymbolMarket, lateness: Callable[[], int | None]) -> Stream | None:
    interval = text.removesuffix(EASTERN)
    if interval not in INTERVALS:
        return None
    return Klines(symbol, interval, lateness, EASTERN_OFFSET if text.endswith(EASTERN) else 0)


def _depth_stream(kind: str, symbol: SymbolMarket) -> Stream | None:
    depth = _DEPTH.fullmatch(kind)
    if depth is None:
        return None
    every = 100 if depth["speed"] == "@100ms" else SECOND
    if depth["levels"]:
        return PartialDepth(symbol, int(depth["levels"]), every)
    return DepthUpdates(symbol, every)

"""Stream names, and what each stream says of a step of the market.

A stream looks at every step and returns the events that it sends for it. An event is a function of the scale of times
(1 or 1000), so that connections in milliseconds and in microseconds share the rest.
"""

import re
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from streaming.simulator.candles.candles import INTERVALS, SECOND, Candle
from streaming.simulator.market.market import Market, Step, SymbolMarket
from streaming.simulator.market.order_book import Side
from streaming.simulator.market.ticker import average_price
from streaming.simulator.streams import wire
from streaming.simulator.streams.frames import AveragePriceFrame, DepthUpdateFrame, Rows

Event = Callable[[int], object]
Lateness = Callable[[str], int | None]
"""Tells by how many ms the frame that closes a candle of a stream is late; None where it never comes."""

ALL_MINI_TICKERS = "!miniTicker@arr"
_DEPTH = re.compile(r"depth(?P<levels>5|10|20)?(?P<speed>@100ms|@1000ms)?")
_AVERAGED_MINUTES = 5


class Stream(Protocol):
    """One stream, from its first subscriber on."""

    def events(self, step: Step) -> list[Event]:
        """Return what is sent for a step; called for each step, in order."""
        ...


def in_time(_name: str) -> int:
    """Have the frames that close a candle come at once."""
    return 0


def open_stream(name: str, market: Market, lateness: Lateness = in_time) -> Stream | None:
    """Return the stream of that name, None where there is none. Symbols are lower case; case matters everywhere."""
    if name == ALL_MINI_TICKERS:
        return AllMiniTickers(market)
    symbol_name, _, kind = name.partition("@")
    symbol = market.symbols.get(symbol_name.upper())
    if symbol is None or symbol_name != symbol_name.lower():
        return None
    if kind in _SIMPLE_KINDS:
        return _SIMPLE_KINDS[kind](symbol)
    if kind.startswith("kline_") and kind.removeprefix("kline_") in INTERVALS:
        return Klines(symbol, kind.removeprefix("kline_"), lambda: lateness(name))
    return _depth_stream(kind, symbol)


def _depth_stream(kind: str, symbol: SymbolMarket) -> Stream | None:
    depth = _DEPTH.fullmatch(kind)
    if depth is None:
        return None
    every = 100 if depth["speed"] == "@100ms" else SECOND
    if depth["levels"]:
        return PartialDepth(symbol, int(depth["levels"]), every)
    return DepthUpdates(symbol, every)


class Trades:
    """`@trade`: every trade."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._instrument = symbol.instrument

    def events(self, step: Step) -> list[Event]:
        """Return one event a trade."""
        trades = step.symbols[self._instrument.symbol].trades
        return [partial(wire.trade_frame, self._instrument, trade, step.time) for trade in trades]


class AggregateTrades:
    """`@aggTrade`: the trades of one taker at one price, as one."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._instrument = symbol.instrument

    def events(self, step: Step) -> list[Event]:
        """Return one event an aggregate trade."""
        trades = step.symbols[self._instrument.symbol].aggregates
        return [partial(wire.aggregate_trade_frame, self._instrument, trade, step.time) for trade in trades]


class Klines:
    """`@kline_<interval>`: the running candle every 2 s (1 s for `1s`) where it changed, and each closed one once.

    A closed candle without trades is sent for `1s` only; a running one without trades never. Where the frame that
    closes a candle is late, those of the next candle come before it; closing frames stay in order among themselves.
    """

    def __init__(self, symbol: SymbolMarket, interval: str, lateness: Callable[[], int | None]) -> None:
        self._symbol = symbol
        self._interval = interval
        self._lateness = lateness
        self._every = SECOND if interval == "1s" else 2 * SECOND
        self._changed = True
        self._closed: deque[tuple[int, Candle]] = deque()

    def events(self, step: Step) -> list[Event]:
        """Return the candles whose closing frame is due, then the running one when it is time."""
        brought = step.symbols[self._symbol.instrument.symbol]
        self._changed = self._changed or bool(brought.trades)
        for interval, candle in brought.closed:
            if interval == self._interval and (candle.trades or interval == "1s"):
                self._close(candle, step.time)
        events: list[Event] = []
        while self._closed and self._closed[0][0] <= step.time:
            events.append(self._frame(self._closed.popleft()[1], step.time, closed=True))
        running = self._symbol.candles.running(self._interval)
        if self._changed and running.trades and step.time % self._every == 0:
            events.append(self._frame(running.snapshot(), step.time, closed=False))
            self._changed = False
        return events

    def _close(self, candle: Candle, now: int) -> None:
        self._changed = False
        lateness = self._lateness()
        if lateness is not None:
            self._closed.append((now + lateness, candle))

    def _frame(self, candle: Candle, now: int, *, closed: bool) -> Event:
        instrument = self._symbol.instrument
        return partial(wire.kline_frame, instrument, self._interval, candle, now, closed=closed)


class MiniTicker:
    """`@miniTicker`: the short 24 hours, every second."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._symbol = symbol

    def events(self, step: Step) -> list[Event]:
        """Return the 24 hours when a second is full."""
        if step.time % SECOND:
            return []
        day = self._symbol.day()
        return [partial(wire.mini_ticker_frame, self._symbol.instrument, day, step.time)]


class AllMiniTickers:
    """`!miniTicker@arr`: the short 24 hours of the symbols that traded, every second, as one array."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._traded: set[str] = set()

    def events(self, step: Step) -> list[Event]:
        """Return the array when a second is full, unless nothing traded."""
        self._traded |= {name for name, brought in step.symbols.items() if brought.trades}
        if step.time % SECOND or not self._traded:
            return []
        symbols = [symbol for name, symbol in self._market.symbols.items() if name in self._traded]
        rows = [(symbol.instrument, symbol.day()) for symbol in symbols]
        self._traded = set()
        return [lambda scale: [wire.mini_ticker_frame(instrument, day, step.time, scale) for instrument, day in rows]]


class Ticker:
    """`@ticker`: the 24 hours, every second."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._symbol = symbol

    def events(self, step: Step) -> list[Event]:
        """Return the 24 hours when a second is full."""
        if step.time % SECOND:
            return []
        symbol = self._symbol
        return [partial(wire.ticker_frame, symbol.instrument, symbol.day(), symbol.book, step.time)]


class BookTicker:
    """`@bookTicker`: the top of the book, whenever it changes."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._symbol = symbol
        self._top: tuple[int, int, int, int] | None = None

    def events(self, step: Step) -> list[Event]:
        """Return the top of the book where it isn't what it was."""
        bid, ask = self._symbol.book.bids.best, self._symbol.book.asks.best
        if bid is None or ask is None:
            return []
        top = (bid.price, bid.quantity, ask.price, ask.quantity)
        if top == self._top:
            return []
        self._top = top
        frame = wire.book_ticker_frame(self._symbol.instrument, self._symbol.book)
        return [lambda _scale: frame]


class AveragePrice:
    """`@avgPrice`: the average price of five minutes, every second."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._symbol = symbol

    def events(self, step: Step) -> list[Event]:
        """Return the average when a second is full."""
        if step.time % SECOND or not self._symbol.trades:
            return []
        instrument = self._symbol.instrument
        average = average_price(self._symbol.candles, step.time, _AVERAGED_MINUTES)
        text = instrument.average_text(average.quote_volume, average.volume)
        last = self._symbol.trades[-1].time
        return [
            lambda scale: AveragePriceFrame(
                event_time=step.time * scale,
                symbol=instrument.symbol,
                average=text,
                last_trade_time=last * scale,
            )
        ]


class PartialDepth:
    """`@depth<levels>`: the top of the book, where it changed."""

    def __init__(self, symbol: SymbolMarket, levels: int, every: int) -> None:
        self._symbol = symbol
        self._levels = levels
        self._every = every
        self._sent: int | None = None

    def events(self, step: Step) -> list[Event]:
        """Return the levels when it is time and the book has changed."""
        book = self._symbol.book
        if step.time % self._every or book.update_id == self._sent:
            return []
        self._sent = book.update_id
        frame = wire.depth_frame(self._symbol.instrument, book, self._levels)
        return [lambda _scale: frame]


class DepthUpdates:
    """`@depth`: what changed in the book; applied in order to a snapshot they give the book itself."""

    def __init__(self, symbol: SymbolMarket, every: int) -> None:
        self._symbol = symbol
        self._every = every
        self._first_update_id: int | None = None
        self._touched: set[tuple[Side, int]] = set()

    def events(self, step: Step) -> list[Event]:
        """Return the changes when it is time and there are any."""
        brought = step.symbols[self._symbol.instrument.symbol]
        if brought.touched:
            self._touched |= brought.touched
            if self._first_update_id is None:
                self._first_update_id = brought.first_update_id
        if step.time % self._every or self._first_update_id is None:
            return []
        first_update_id, self._first_update_id = self._first_update_id, None
        bids, asks = self._rows(Side.BUY), self._rows(Side.SELL)
        last_update_id = brought.last_update_id
        self._touched = set()
        return [
            lambda scale: DepthUpdateFrame(
                event_time=step.time * scale,
                symbol=self._symbol.instrument.symbol,
                first_update_id=first_update_id,
                last_update_id=last_update_id,
                bids=bids,
                asks=asks,
            )
        ]

    def _rows(self, side: Side) -> Rows:
        standing = self._symbol.book.side(side)
        prices = sorted((price for touched, price in self._touched if touched is side), reverse=side is Side.BUY)
        return wire.level_rows(self._symbol.instrument, [(price, standing.quantity_at(price)) for price in prices])


_SIMPLE_KINDS: dict[str, Callable[[SymbolMarket], Stream]] = {
    "trade": Trades,
    "aggTrade": AggregateTrades,
    "miniTicker": MiniTicker,
    "ticker": Ticker,
    "bookTicker": BookTicker,
    "avgPrice": AveragePrice,
}

"""The streams of tickers: what a rolling window held, of one symbol or of all that traded, and the average price."""

from collections.abc import Callable
from functools import partial

from streaming.simulator.candles.candles import FIXED_LENGTHS, SECOND
from streaming.simulator.market.market import Market, Step, SymbolMarket
from streaming.simulator.market.ticker import average_price
from streaming.simulator.streams import wire
from streaming.simulator.streams.frames import AveragePriceFrame
from streaming.simulator.streams.stream import Event

WINDOWS = ("1h", "4h", "1d")
"""The rolling windows that have streams."""
_AVERAGED_MINUTES = 5

Row = Callable[[SymbolMarket, int, int], object]
"""Makes the frame of a symbol at a time, in a scale of times."""


class Ticker:
    """`@ticker`, `@miniTicker`, `@ticker_<window>`: a window of one symbol, every second."""

    def __init__(self, symbol: SymbolMarket, row: Row) -> None:
        self._symbol = symbol
        self._row = row

    def events(self, step: Step) -> list[Event]:
        """Return the window when a second is full."""
        return [] if step.time % SECOND else [partial(self._row, self._symbol, step.time)]


class AllTickers:
    """`!…@arr`: a ticker of each symbol that traded, every second, as one array."""

    def __init__(self, market: Market, row: Row) -> None:
        self._market = market
        self._row = row
        self._traded: set[str] = set()

    def events(self, step: Step) -> list[Event]:
        """Return the array when a second is full, unless nothing traded."""
        self._traded |= {name for name, brought in step.symbols.items() if brought.trades}
        if step.time % SECOND or not self._traded:
            return []
        symbols = [symbol for name, symbol in self._market.symbols.items() if name in self._traded]
        self._traded = set()
        return [lambda scale: [self._row(symbol, step.time, scale) for symbol in symbols]]


def _mini(symbol: SymbolMarket, now: int, scale: int) -> object:
    return wire.mini_ticker_frame(symbol.instrument, symbol.day(), now, scale)


def _day(symbol: SymbolMarket, now: int, scale: int) -> object:
    return wire.ticker_frame(symbol.instrument, symbol.day(), symbol.book, now, scale)


def _rolling(window: str) -> Row:
    def row(symbol: SymbolMarket, now: int, scale: int) -> object:
        return wire.rolling_ticker_frame(symbol.instrument, window, symbol.window(FIXED_LENGTHS[window]), now, scale)

    return row


OF_ONE: dict[str, Row] = {
    "miniTicker": _mini,
    "ticker": _day,
    **{f"ticker_{window}": _rolling(window) for window in WINDOWS},
}
"""The tickers of one symbol, by the kind that their streams' names have."""
OF_ALL: dict[str, Row] = {
    **{f"!{kind}@arr": row for kind, row in OF_ONE.items() if kind != "ticker"},
    "!miniTicker@arr@1000ms": _mini,
}
"""Those of all, by the names of their streams; `!ticker@arr` is retired. python-binance writes the speed in one."""


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

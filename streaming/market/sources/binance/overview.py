"""The market at a glance, kept from what `!miniTicker@arr` tells (each time only the symbols that changed). Pure."""

from collections.abc import Iterable, Sequence

from streaming.events import Overview, OverviewRow, Source
from streaming.market.sources.binance.messages import MiniTickerMessage
from streaming.market.sources.percent import percent_change

_KEPT_MS = 24 * 60 * 60 * 1000
"""A symbol that said nothing for as long as its ticker's window is no longer part of the market."""


class MarketOverview:
    """The newest mini ticker of each symbol, and the overview made of them.

    `symbols` names the rows; where it is empty, the `largest` symbols by quote volume are shown. All tickers are
    forgotten where the clock goes back by more than `clock_anew` seconds: it began anew, or one time was wrong.
    """

    def __init__(
        self, symbols: Sequence[str] = (), *, largest: int = 50, top: int = 10, clock_anew: float = 60.0
    ) -> None:
        self._symbols = tuple(symbols)
        self._clock_anew = round(clock_anew * 1000)
        self._largest = largest
        self._top = top
        self._tickers: dict[str, MiniTickerMessage] = {}
        self._newest_time = 0

    def update(self, tickers: Iterable[MiniTickerMessage]) -> None:
        """Take what one message tells; a ticker that is older than what is held is ignored."""
        told = tuple(tickers)
        self._follow(max((ticker.event_time for ticker in told), default=self._newest_time))
        for ticker in told:
            held = self._tickers.get(ticker.symbol)
            if held is None or held.event_time <= ticker.event_time:
                self._tickers[ticker.symbol] = ticker

    def event(self, source: Source) -> Overview | None:
        """Return the overview; None where nothing is known yet. Its time is that of the newest ticker."""
        if not self._tickers:
            return None
        self._forget_older(self._newest_time - _KEPT_MS)
        shown = self._shown()
        rows = tuple(_row(ticker) for ticker in shown)
        ranked = sorted(rows, key=lambda row: row.change_percent, reverse=True)
        by_volume = sorted(shown, key=lambda ticker: ticker.quote_volume, reverse=True)
        return Overview(
            symbol="",
            time=self._newest_time,
            source=source,
            rows=rows,
            gainers=tuple(row.symbol for row in ranked if row.change_percent > 0)[: self._top],
            losers=tuple(row.symbol for row in reversed(ranked) if row.change_percent < 0)[: self._top],
            volumes=tuple(ticker.symbol for ticker in by_volume)[: self._top],
        )

    def _follow(self, time: int) -> None:
        if time < self._newest_time - self._clock_anew:
            self._tickers.clear()
            self._newest_time = time
        self._newest_time = max(time, self._newest_time)

    def _forget_older(self, time: int) -> None:
        self._tickers = {symbol: ticker for symbol, ticker in self._tickers.items() if ticker.event_time >= time}

    def _shown(self) -> list[MiniTickerMessage]:
        if self._symbols:
            return [self._tickers[symbol] for symbol in self._symbols if symbol in self._tickers]
        ordered = sorted(self._tickers.values(), key=lambda ticker: ticker.quote_volume, reverse=True)
        return ordered[: self._largest]


def _row(ticker: MiniTickerMessage) -> OverviewRow:
    return OverviewRow(
        symbol=ticker.symbol,
        price=ticker.price,
        change_percent=percent_change(ticker.open, ticker.price),
        volume=ticker.volume,
    )

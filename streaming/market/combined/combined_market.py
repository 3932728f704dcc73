"""All combined symbols, from what the sources tell to the events that are told of them. Pure."""

from decimal import Decimal

import msgspec

from streaming.events import CombinedPrice, Event, Ticker, Trades
from streaming.market.combined.combiner import Combiner
from streaming.market.combined.day import Day
from streaming.market.combined.running_candle import RunningCandle
from streaming.market.combined.symbols import SourceMarket
from streaming.market.hourly_change.past_prices import PastPrices


class CombinedMarket:
    """Hears tickers and trades, and says what is to be told.

    What is fresh is told each time it is asked, as ages are; what is stale once.
    """

    def __init__(self, combiner: Combiner, symbols: tuple[str, ...]) -> None:
        self._combiner = combiner
        self._candles = {symbol: RunningCandle() for symbol in symbols}
        self._past = {symbol: PastPrices() for symbol in symbols}
        self._stale: set[str] = set()
        """The symbols that were told to be stale, and nothing since."""

    def hear_ticker(self, market: SourceMarket, ticker: Ticker, *, now: int) -> bool:
        """Take a ticker at `now`, by a steady clock in ms; return whether it is news."""
        return self._combiner.hear(market, ticker, now=now)

    def hear_trades(self, symbol: str, market: SourceMarket, trades: Trades) -> None:
        """Take trades of a source of a symbol; what was fetched later is of a candle that has closed."""
        if not trades.repaired and not self._combiner.is_shut_out(trades):
            self._candles[symbol].hear(market.source.value, trades)

    def note_past(self, symbol: str, open_time: int, close: Decimal) -> None:
        """Take what a symbol cost at the end of a minute, as it is stored."""
        self._past[symbol].note(open_time, close)

    def take(self, *, now: int, now_ms: int) -> list[Event]:
        """Return what is to be told at `now` (of the steady clock) and `now_ms` (since the epoch), in order."""
        values = self._combiner.values(now=now, time=now_ms)
        told: list[Event] = []
        for symbol, running in self._candles.items():
            value = values.get(symbol)
            price = None if value is None else self._with_change(value.price, now_ms)
            candles = running.take(price, now_ms=now_ms)
            for candle in candles:
                if candle.is_final:
                    self._past[symbol].note(candle.open_time, candle.close)
            told += candles
            if value is not None and price is not None and self._is_news(price):
                told += [price, *([] if value.day is None else [_ticker(price, value.day)])]
        return told

    def _with_change(self, price: CombinedPrice, now_ms: int) -> CombinedPrice:
        change = self._past[price.symbol].change(price.price, now_ms=now_ms)
        return msgspec.structs.replace(price, change_1h=change)

    def _is_news(self, price: CombinedPrice) -> bool:
        if not price.stale:
            self._stale.discard(price.symbol)
            return True
        if price.symbol in self._stale:
            return False
        self._stale.add(price.symbol)
        return True


def _ticker(price: CombinedPrice, day: Day) -> Ticker:
    return Ticker(
        symbol=price.symbol,
        source=price.source,
        time=price.time,
        stale=price.stale,
        price=price.price,
        bid=day.bid,
        ask=day.ask,
        open=day.open,
        high=day.high,
        low=day.low,
        previous_close=None,
        change=day.change,
        change_percent=day.change_percent,
        volume=day.volume,
        quote_volume=None,
    )

"""The candle of a combined price that is open now, by our clock. Pure."""

from decimal import Context, Decimal

import msgspec

from streaming.events import Candle, CombinedPrice, Interval, Trades
from streaming.events.intervals import close_time_of, open_time_at

INTERVAL = Interval.MINUTE_1
_EXACT = Context(prec=200)
_TOLD = Context(prec=28)
_NOTHING = Decimal(0)


class RunningCandle:
    """Grows with each fresh price; its volume is what the sources that are used traded meanwhile, valued at the price.

    A candle that was begun before this one listened is told while it is open, and never as closed. A minute without a
    fresh price has none.
    """

    def __init__(self) -> None:
        self._began: int | None = None
        self._open: Candle | None = None
        self._volume = self._quote_volume = _NOTHING
        self._trades = 0
        self._price: CombinedPrice | None = None

    def hear(self, source: str, trades: Trades) -> None:
        """Take trades of a source, where its price is used now."""
        price = self._price
        if price is None or not any(one.used and one.name == source for one in price.sources):
            return
        for trade in trades.trades:
            if trade.quantity.is_finite() and trade.quantity > 0:
                self._volume = _EXACT.add(self._volume, trade.quantity)
                value = _EXACT.multiply(trade.quantity, price.price)
                self._quote_volume = _EXACT.add(self._quote_volume, value)
                self._trades += 1

    def take(self, price: CombinedPrice | None, *, now_ms: int) -> list[Candle]:
        """Return what is told at `now_ms` (since the epoch): the candle that has closed, and the open one."""
        self._began = now_ms if self._began is None else min(self._began, now_ms)
        told = self._closed(now_ms)
        self._price = None if price is None or price.stale else price
        if self._price is not None:
            self._open = self._grown(self._price, now_ms)
            told.append(self._open)
        return told

    def _closed(self, now_ms: int) -> list[Candle]:
        candle = self._open
        if candle is None or open_time_at(INTERVAL, now_ms) == candle.open_time:
            return []
        final = self._with_trades(msgspec.structs.replace(candle, is_final=True, time=candle.close_time))
        self._open, self._trades = None, 0
        self._volume = self._quote_volume = _NOTHING
        is_whole = self._began is not None and self._began <= candle.open_time
        return [final] if is_whole and now_ms > candle.close_time else []

    def _grown(self, price: CombinedPrice, now_ms: int) -> Candle:
        candle = self._open or _opened(price, now_ms)
        return self._with_trades(
            msgspec.structs.replace(
                candle,
                time=now_ms,
                source=price.source,
                high=max(candle.high, price.price),
                low=min(candle.low, price.price),
                close=price.price,
            )
        )

    def _with_trades(self, candle: Candle) -> Candle:
        return msgspec.structs.replace(
            candle,
            volume=_TOLD.plus(self._volume),
            quote_volume=_TOLD.plus(self._quote_volume),
            trades=self._trades,
        )


def _opened(price: CombinedPrice, now_ms: int) -> Candle:
    open_time = open_time_at(INTERVAL, now_ms)
    return Candle(
        symbol=price.symbol,
        source=price.source,
        time=now_ms,
        interval=INTERVAL,
        open_time=open_time,
        close_time=close_time_of(INTERVAL, open_time),
        open=price.price,
        high=price.price,
        low=price.price,
        close=price.price,
        volume=_NOTHING,
        quote_volume=_NOTHING,
        trades=0,
        is_final=False,
    )

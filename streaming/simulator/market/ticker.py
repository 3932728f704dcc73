"""The 24 hours of a symbol, told by its candles.

The window opens on a whole minute and closes now, so it is up to a minute longer than 24 hours (as the exchange's
own rolling windows are): then it holds whole 1m candles, and equals what they add up to.
"""

import msgspec

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import DAY, MINUTE, Candle, merge


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """What a window held: its candle, and the price that was last before it. Prices in ticks, volumes in steps."""

    open_time: int
    close_time: int
    candle: Candle
    previous_close: int
    last_price: int
    last_quantity: int

    @property
    def change(self) -> int:
        """How far the price moved in the window, in ticks."""
        return self.last_price - self.candle.open

    @property
    def change_percent_text(self) -> str:
        """The move in per cent with three decimals, rounded towards zero."""
        thousandths = abs(self.change) * 100_000 // self.candle.open
        sign = "-" if self.change < 0 and thousandths else ""
        return f"{sign}{thousandths // 1000}.{thousandths % 1000:03d}"


class DayWindow:
    """The rolling 24 hours of one symbol's candles; what is closed is added up once a minute."""

    def __init__(self, candles: CandleStore) -> None:
        self._candles = candles
        self._minute = -1
        self._open_time = 0
        self._closed: Candle | None = None
        self._previous_close = 0

    def statistics(self, now: int, last_quantity: int) -> Statistics:
        """Return the window that closes at `now`; `last_quantity` is the size of the last trade."""
        minute = self._candles.running("1m").snapshot()
        if minute.open_time != self._minute:
            self._add_up(minute.open_time, now)
        parts = [self._closed, minute] if self._closed else [minute]
        return Statistics(
            open_time=self._open_time,
            close_time=now,
            candle=merge(self._open_time, parts),
            previous_close=self._previous_close,
            last_price=self._candles.last_close,
            last_quantity=last_quantity,
        )

    def _add_up(self, minute: int, now: int) -> None:
        self._minute = minute
        self._open_time = (now - DAY) // MINUTE * MINUTE
        self._closed = merge(self._open_time, self._candles.cover(self._open_time, minute))
        before = self._candles.rows("1m", None, self._open_time - 1, 1)
        self._previous_close = before[0].close if before else self._closed.open


def average_price(candles: CandleStore, now: int, minutes: int) -> Candle:
    """Return the candle of the last `minutes` whole minutes and the running one, for its average price."""
    rows = candles.rows("1m", None, now, minutes)
    return merge(rows[0].open_time, rows)

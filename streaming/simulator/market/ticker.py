"""What a window of time held of a symbol, told by its candles: rolling ones, as the 24 hours, and days.

A rolling window opens on a whole minute and closes now, so it is up to a minute longer than its name says (as the
exchange's own are): then it holds whole 1m candles, and equals what they add up to.
"""

import msgspec

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import MINUTE, Candle, merge
from streaming.simulator.candles.time_zone import candles_in


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


class RollingWindow:
    """The last `length` ms of one symbol's candles; what is closed is added up once a minute."""

    def __init__(self, candles: CandleStore, length: int) -> None:
        self._candles = candles
        self._length = length
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
        self._open_time = (now - self._length) // MINUTE * MINUTE
        self._closed = merge(self._open_time, self._candles.cover(self._open_time, minute))
        self._previous_close = _close_before(self._candles, self._open_time, self._closed.open)


def trading_day(candles: CandleStore, offset: int, last_quantity: int) -> Statistics:
    """Return the day that runs in a time zone, `offset` ms east of UTC, whole: it closes when it ends."""
    days = candles_in(candles, "1d", offset)
    [open_time] = days.open_times(None, None, 1)
    day = days.row(open_time)
    return Statistics(
        open_time=open_time,
        close_time=days.next_open_time(open_time) - 1,
        candle=day,
        previous_close=_close_before(candles, open_time, day.open),
        last_price=candles.last_close,
        last_quantity=last_quantity,
    )


def _close_before(candles: CandleStore, time: int, otherwise: int) -> int:
    before = candles.rows("1m", None, time - 1, 1)
    return before[0].close if before else otherwise


def average_price(candles: CandleStore, now: int, minutes: int) -> Candle:
    """Return the candle of the last `minutes` whole minutes and the running one, for its average price."""
    rows = candles.rows("1m", None, now, minutes)
    return merge(rows[0].open_time, rows)

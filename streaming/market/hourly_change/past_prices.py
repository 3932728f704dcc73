"""What a symbol cost an hour ago, by its closed candles of a minute. Pure."""

from decimal import Decimal

from streaming.events import Interval
from streaming.events.intervals import open_time_at

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
_REACH_MS = 5 * MINUTE_MS
"""So much older than an hour the price may be: a minute without a trade has no candle."""
KEPT_MS = HOUR_MS + _REACH_MS + MINUTE_MS


class PastPrices:
    """The closes of the last hour and a little more, by when their minutes began (ms since the epoch)."""

    def __init__(self) -> None:
        self._closes: dict[int, Decimal] = {}
        self._newest = 0

    def note(self, open_time: int, close: Decimal) -> None:
        """Take the close of a minute that is over, in any order."""
        self._closes[open_time] = close
        if open_time > self._newest:
            self._newest = open_time
            oldest = open_time - KEPT_MS
            self._closes = {time: close for time, close in self._closes.items() if time >= oldest}

    def note_where_unknown(self, open_time: int, price: Decimal) -> None:
        """Take a price near the end of a minute for its close, unless that is known."""
        if open_time not in self._closes:
            self.note(open_time, price)

    def change(self, price: Decimal, *, now_ms: int) -> Decimal | None:
        """Return by how much a price of `now_ms` differs from that of an hour before; None where that isn't known."""
        closed = open_time_at(Interval.MINUTE_1, now_ms - HOUR_MS) - MINUTE_MS  # the last one that had closed by then
        for time in range(closed, closed - _REACH_MS, -MINUTE_MS):
            if time in self._closes:
                return price - self._closes[time]
        return None

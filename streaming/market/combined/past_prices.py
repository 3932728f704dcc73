"""What a symbol cost an hour ago, by its closed candles. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from streaming.indicators.bar import Bar

_HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_REACH_MS = 5 * _MINUTE_MS
"""So much older than an hour the price may be: a minute without a trade has no candle."""


class PastPrices:
    """The closes of the last hour and a little more, by when their candles opened."""

    def __init__(self) -> None:
        self._closes: dict[int, Decimal] = {}

    def note(self, candles: Iterable[Bar]) -> None:
        """Take candles of a minute that have closed, in any order; what is known already stays."""
        for candle in candles:
            self._closes.setdefault(candle.open_time, candle.close)
        newest = max(self._closes, default=0)
        oldest = newest - 2 * _HOUR_MS
        self._closes = {time: close for time, close in self._closes.items() if time >= oldest}

    def change(self, price: Decimal, *, now_ms: int) -> Decimal | None:
        """Return by how much a price of `now_ms` differs from that of an hour before; None where that isn't known."""
        closed = (now_ms - _HOUR_MS) // _MINUTE_MS * _MINUTE_MS - _MINUTE_MS  # the last one that had closed by then
        for time in range(closed, closed - _REACH_MS, -_MINUTE_MS):
            if time in self._closes:
                return price - self._closes[time]
        return None

"""A candle that has not closed yet, as the states of shorter ones tell it. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from streaming.events import Interval
from streaming.events.intervals import close_time_of, open_time_at
from streaming.indicators.bar import Bar, OpenBar


class GrowingCandle:
    """The candle of `interval` in which shorter ones go by; `closed` are those of which the open is known.

    Where the first of the shorter ones is missing, what lies before it counts for no part but the open.
    """

    def __init__(self, interval: Interval, closed: Iterable[Bar]) -> None:
        self._interval = interval
        self._opens = {bar.open_time: bar.open for bar in closed}
        self._grown: OpenBar | None = None

    def go_to(self, bar: Bar, *, is_closed: bool) -> OpenBar:
        """Go on to a state of a shorter candle; return what this one is then."""
        open_time = open_time_at(self._interval, bar.open_time)
        grown = self._grown if self._grown is not None and self._grown.open_time == open_time else self._begun(bar)
        now = OpenBar(
            open_time=grown.open_time,
            close_time=grown.close_time,
            open=grown.open,
            high=max(grown.high, bar.high),
            low=min(grown.low, bar.low),
            close=bar.close,
            volume=grown.volume + bar.volume,
            quote_volume=grown.quote_volume + bar.quote_volume,
            trades=grown.trades + bar.trades,
        )
        self._grown = now if is_closed else grown
        return now

    def _begun(self, bar: Bar) -> OpenBar:
        open_time = open_time_at(self._interval, bar.open_time)
        price = self._opens.get(open_time, bar.open)
        return OpenBar(
            open_time=open_time,
            close_time=close_time_of(self._interval, open_time),
            open=price,
            high=price,
            low=price,
            close=price,
            volume=Decimal(0),
            quote_volume=Decimal(0),
            trades=0,
        )

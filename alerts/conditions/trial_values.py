"""The values that a series would have had while candles went by. Pure."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from alerts.conditions.candle_fields import candle_values
from alerts.conditions.rule import AlertSource, Series
from streaming.indicators.bar import Bar
from streaming.indicators.running import RunningIndicator

_DAY_MS = 86_400_000
_PRICES = frozenset({"price", "bid", "ask"})
_OVER_BARS: Mapping[str, Callable[[Iterable[Decimal]], Decimal]] = {
    "high": max,
    "low": min,
    "volume": lambda values: sum(values, Decimal(0)),
    "quote_volume": lambda values: sum(values, Decimal(0)),
}


def is_rolling(series: Series) -> bool:
    """Return whether the series is one of a ticker's figures of the last 24 hours."""
    return series.source is AlertSource.TICKER and series.field not in _PRICES


class SeriesValues:
    """One series, carried along the states of the candles of its interval."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self._day = _RollingDay()
        self._indicator = (
            RunningIndicator(series.indicator, series.parameters) if series.source is AlertSource.INDICATOR else None
        )

    def go_to(self, bar: Bar, *, is_closed: bool) -> Decimal | None:
        """Go on to a state of a candle; return the series' value then, None where it has none."""
        value = self._value(bar, is_closed=is_closed)
        return None if self.series.at_close and not is_closed else value

    def _value(self, bar: Bar, *, is_closed: bool) -> Decimal | None:
        if self._indicator is not None:
            values = self._indicator.close(bar) if is_closed else self._indicator.peek(bar)
            return None if values is None else values[self.series.field]
        if self.series.source is AlertSource.CANDLE:
            return candle_values(bar)[self.series.field]
        if is_rolling(self.series):
            return self._day.close(bar, self.series.field) if is_closed else None
        return bar.close


class _RollingDay:
    """The candles that opened within the last 24 hours."""

    def __init__(self) -> None:
        self._bars: deque[Bar] = deque()
        self._is_whole = False

    def close(self, bar: Bar, field: str) -> Decimal | None:
        """Take a closed candle; return the day's figure of that name, None until the candles reach back a day."""
        self._bars.append(bar)
        self._is_whole = self._is_whole or self._bars[0].open_time <= bar.close_time + 1 - _DAY_MS
        while self._bars[0].open_time <= bar.close_time - _DAY_MS:
            self._bars.popleft()
        return _figure(field, tuple(self._bars)) if self._is_whole else None


def _figure(field: str, bars: Sequence[Bar]) -> Decimal | None:
    opened, closed = bars[0].open, bars[-1].close
    match field:
        case "open":
            return opened
        case "change":
            return closed - opened
        case "change_percent":
            return 100 * (closed - opened) / opened if opened else None
    return _OVER_BARS[field](getattr(bar, field) for bar in bars)

"""Which candles may be kept: those that lie where their interval has one, have closed, and are possible. Pure."""

from streaming.events import Interval
from streaming.events.intervals import close_time_of, open_time_at
from streaming.indicators.bar import Bar


def fault_of(row: Bar, interval: Interval, *, now_ms: int) -> str | None:
    """Return what keeps a candle from being stored at `now_ms`, as a sentence's end; None where nothing does.

    Prices may be negative, as some markets had them; volumes and counts may not.
    """
    if not is_on_grid(row, interval):
        return f"no candle of {interval.value} opens then"
    if close_time_of(interval, row.open_time) >= now_ms:
        return "it has not closed yet"
    return impossibility_of(row)


def is_on_grid(row: Bar, interval: Interval) -> bool:
    """Return whether a candle of the interval opens when this one does."""
    return row.open_time >= 0 and open_time_at(interval, row.open_time) == row.open_time


def impossibility_of(row: Bar) -> str | None:
    """Return why no candle can have these numbers; None where one can."""
    if row.high < row.low:
        return f"its high {row.high} is below its low {row.low}"
    if not row.low <= min(row.open, row.close) <= max(row.open, row.close) <= row.high:
        return f"its open {row.open} or close {row.close} lies outside of {row.low} to {row.high}"
    if row.volume < 0 or row.quote_volume < 0 or row.trades < 0:
        return "its volume or number of trades is negative"
    return None

"""Where candles begin and end, as the exchange counts: in UTC; days from the epoch, weeks on Monday, months on the 1st.

All times are in ms since the epoch. Pure.
"""

from collections.abc import Iterator
from datetime import MAXYEAR, UTC, datetime

from streaming.events import Interval

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_FIRST_MONDAY = 4 * _DAY  # the epoch was a Thursday
_MONTHS = 12

_LENGTHS = {
    Interval.SECOND_1: _SECOND,
    Interval.MINUTE_1: _MINUTE,
    Interval.MINUTE_3: 3 * _MINUTE,
    Interval.MINUTE_5: 5 * _MINUTE,
    Interval.MINUTE_15: 15 * _MINUTE,
    Interval.MINUTE_30: 30 * _MINUTE,
    Interval.HOUR_1: _HOUR,
    Interval.HOUR_2: 2 * _HOUR,
    Interval.HOUR_4: 4 * _HOUR,
    Interval.HOUR_6: 6 * _HOUR,
    Interval.HOUR_8: 8 * _HOUR,
    Interval.HOUR_12: 12 * _HOUR,
    Interval.DAY_1: _DAY,
    Interval.DAY_3: 3 * _DAY,
    Interval.WEEK_1: 7 * _DAY,
}


def interval_of_length(length: int) -> Interval:
    """Return the interval whose candles are so long (ms); raise `ValueError` where none is: months are of no length."""
    found = next((interval for interval, known in _LENGTHS.items() if known == length), None)
    if found is None:
        raise ValueError(f"no candles are {length} ms long")
    return found


def span_text(interval: Interval, candles: int) -> str:
    """Return how long so many candles are, in the interval's own unit.

    >>> span_text(Interval.MINUTE_5, 3)
    '15m'
    """
    return f"{int(interval.value[:-1]) * candles}{interval.value[-1]}"


def open_time_at(interval: Interval, time: int) -> int:
    """Return when the candle opens that holds `time`."""
    if interval is Interval.MONTH_1:
        day = datetime.fromtimestamp(time // _SECOND, UTC)
        return _start_of_month(day.year, day.month)
    length = _LENGTHS[interval]
    offset = _FIRST_MONDAY if interval is Interval.WEEK_1 else 0
    return (time - offset) // length * length + offset


def next_open_time(interval: Interval, open_time: int) -> int:
    """Return when the candle opens that follows the one of `open_time`."""
    return later_open_time(interval, open_time, 1)


def later_open_time(interval: Interval, open_time: int, candles: int) -> int:
    """Return when the candle opens that comes so many candles, at least 0, after the one of `open_time`.

    However many they are, it is one step. Months end with the calendar: the last one is that before the year 9999.
    """
    if interval is not Interval.MONTH_1:
        return open_time + candles * _LENGTHS[interval]
    day = datetime.fromtimestamp(open_time // _SECOND, UTC)
    year, month = divmod(min(day.year * _MONTHS + day.month - 1 + candles, MAXYEAR * _MONTHS - 1), _MONTHS)
    return _start_of_month(year, month + 1)


def close_time_of(interval: Interval, open_time: int) -> int:
    """Return the last ms of the candle of `open_time`."""
    return next_open_time(interval, open_time) - 1


def open_times(interval: Interval, start: int, end: int) -> Iterator[int]:
    """Yield when each candle opens that opens between `start` and `end`, both included, oldest first."""
    time = open_time_at(interval, start)
    if time < start:
        time = next_open_time(interval, time)
    while time <= end:
        yield time
        time = next_open_time(interval, time)


def _start_of_month(year: int, month: int) -> int:
    return round(datetime(year, month, 1, tzinfo=UTC).timestamp()) * _SECOND

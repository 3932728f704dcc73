"""Where candles begin and end."""

from datetime import UTC, datetime
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval
from streaming.events.intervals import (
    close_time_of,
    interval_of_length,
    later_open_time,
    next_open_time,
    open_time_at,
    open_times,
    span_text,
)

TIMES = st.integers(min_value=1_483_228_800_000, max_value=4_102_444_800_000)

_UNITS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
"""How many ms each letter of an interval stands for."""


def ms(*parts: int) -> int:
    """Return the ms of a UTC date."""
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("interval", "opens", "closes"),
    [
        (Interval.SECOND_1, ms(2024, 2, 29, 13, 47, 21), ms(2024, 2, 29, 13, 47, 22)),
        (Interval.MINUTE_1, ms(2024, 2, 29, 13, 47), ms(2024, 2, 29, 13, 48)),
        (Interval.MINUTE_3, ms(2024, 2, 29, 13, 45), ms(2024, 2, 29, 13, 48)),
        (Interval.HOUR_6, ms(2024, 2, 29, 12), ms(2024, 2, 29, 18)),
        (Interval.DAY_1, ms(2024, 2, 29), ms(2024, 3, 1)),
        (Interval.WEEK_1, ms(2024, 2, 26), ms(2024, 3, 4)),
        (Interval.MONTH_1, ms(2024, 2, 1), ms(2024, 3, 1)),
    ],
)
def test_a_candle_opens_and_closes_where_the_exchange_says(interval: Interval, opens: int, closes: int) -> None:
    inside = ms(2024, 2, 29, 13, 47, 21)
    assert open_time_at(interval, inside) == opens
    assert next_open_time(interval, opens) == closes
    assert close_time_of(interval, opens) == closes - 1


@pytest.mark.parametrize("interval", [one for one in Interval if one is not Interval.MONTH_1])
def test_a_candle_is_as_long_as_its_interval_says(interval: Interval) -> None:
    opened = open_time_at(interval, ms(2024, 2, 29, 13, 47, 21))
    assert next_open_time(interval, opened) - opened == int(interval.value[:-1]) * _UNITS[interval.value[-1]]


@pytest.mark.parametrize("interval", [one for one in Interval if one is not Interval.MONTH_1])
def test_an_interval_is_found_by_the_length_of_its_candles(interval: Interval) -> None:
    length = int(interval.value[:-1]) * _UNITS[interval.value[-1]]
    assert interval_of_length(length) is interval
    with pytest.raises(ValueError, match=f"no candles are {length + 1} ms long"):
        interval_of_length(length + 1)


@pytest.mark.parametrize(
    ("interval", "candles", "text"),
    [
        (Interval.MINUTE_5, 3, "15m"),
        (Interval.MINUTE_15, 4, "60m"),
        (Interval.HOUR_1, 1, "1h"),
        (Interval.MONTH_1, 2, "2M"),
    ],
)
def test_so_many_candles_are_told_in_their_intervals_unit(interval: Interval, candles: int, text: str) -> None:
    assert span_text(interval, candles) == text


def test_december_is_followed_by_january() -> None:
    assert next_open_time(Interval.MONTH_1, ms(2024, 12, 1)) == ms(2025, 1, 1)


@given(st.sampled_from(Interval), TIMES, st.integers(0, 40))
def test_so_many_candles_later_is_as_many_next_ones(interval: Interval, time: int, candles: int) -> None:
    opened = open_time_at(interval, time)
    walked = reduce(lambda known, _: next_open_time(interval, known), range(candles), opened)
    assert later_open_time(interval, opened, candles) == walked


def test_months_end_with_the_calendar() -> None:
    assert later_open_time(Interval.MONTH_1, ms(2024, 1, 1), 10**12) == ms(9998, 12, 1)


@given(st.sampled_from(Interval), TIMES)
def test_every_moment_lies_in_exactly_one_candle(interval: Interval, time: int) -> None:
    opened = open_time_at(interval, time)
    assert opened <= time <= close_time_of(interval, opened)
    assert open_time_at(interval, next_open_time(interval, opened)) == next_open_time(interval, opened)


def test_open_times_holds_both_ends_and_nothing_beyond() -> None:
    start, end = ms(2024, 1, 1), ms(2024, 1, 1, 0, 3)
    assert list(open_times(Interval.MINUTE_1, start, end)) == [start, start + 60_000, start + 120_000, end]
    assert list(open_times(Interval.MINUTE_1, start + 1, end - 1)) == [start + 60_000, start + 120_000]
    assert list(open_times(Interval.MINUTE_1, end, start)) == []

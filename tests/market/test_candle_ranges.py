"""Stretches of candles, against counting them one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval
from streaming.events.intervals import open_times
from streaming.market.candle_ranges import (
    CandleRange,
    candle_count,
    candles_between,
    last_candle_range,
    merged_ranges,
    missing_in_range,
    ranges_without,
)

START = 1_577_836_800_000
"""2020-01-01: a Wednesday, and the 29th of the February to come."""

intervals = st.sampled_from(list(Interval))


def grid_of(interval: Interval, count: int) -> list[int]:
    """Return when the first candles open from `START` on."""
    found: list[int] = []
    for time in open_times(interval, START, 10**13):
        if len(found) == count:
            break
        found.append(time)
    return found


def times_of(interval: Interval, ranges: list[CandleRange]) -> list[int]:
    """Return when each candle of some ranges opens."""
    return [time for one in ranges for time in open_times(interval, one.start, one.end)]


def runs(grid: list[int], chosen: list[tuple[int, int]]) -> list[CandleRange]:
    """Return ranges by the indices of their ends, ascending."""
    return sorted(CandleRange(grid[min(pair)], grid[max(pair)]) for pair in chosen)


pairs = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=5)


@given(interval=intervals, first=st.integers(0, 39), count=st.integers(1, 40), early=st.booleans())
def test_it_counts_the_candles_between_two_times(interval: Interval, first: int, count: int, early: bool) -> None:
    grid = grid_of(interval, 80)[first : first + count]
    within = candles_between(interval, grid[0] - early, grid[-1] + 999)
    assert within == CandleRange(grid[0], grid[-1])
    assert candle_count(interval, within) == count
    assert last_candle_range(interval, grid[-1], count) == within


@pytest.mark.parametrize("interval", list(Interval))
def test_it_finds_no_candle_between_two_that_follow_each_other(interval: Interval) -> None:
    one, next_one = grid_of(interval, 2)
    assert candles_between(interval, one + 1, next_one - 1) is None
    assert candles_between(interval, next_one, one) is None
    assert candles_between(interval, one, one) == CandleRange(one, one)


@given(interval=intervals, held=st.sets(st.integers(0, 39)))
def test_what_is_missing_and_what_is_held_are_the_whole(interval: Interval, held: set[int]) -> None:
    grid = grid_of(interval, 40)
    times = [grid[index] for index in sorted(held)]
    missing = missing_in_range(interval, CandleRange(grid[0], grid[-1]), times)
    assert times_of(interval, missing) == [time for time in grid if time not in times]
    assert merged_ranges(interval, missing) == missing


@given(interval=intervals, chosen=pairs)
def test_joining_keeps_each_candle_once_in_the_fewest_ranges(interval: Interval, chosen: list[tuple[int, int]]) -> None:
    ranges = runs(grid_of(interval, 40), chosen)
    whole = merged_ranges(interval, ranges)
    assert times_of(interval, whole) == sorted(set(times_of(interval, ranges)))
    assert merged_ranges(interval, whole) == whole


@given(interval=intervals, chosen=pairs, cuts=pairs)
def test_cutting_out_leaves_the_others(
    interval: Interval, chosen: list[tuple[int, int]], cuts: list[tuple[int, int]]
) -> None:
    grid = grid_of(interval, 40)
    ranges, taken = merged_ranges(interval, runs(grid, chosen)), runs(grid, cuts)
    cut = set(times_of(interval, taken))
    left = ranges_without(interval, ranges, taken)
    assert times_of(interval, left) == [time for time in times_of(interval, ranges) if time not in cut]

"""Reading stored candles, and finding what is missing."""

from collections.abc import Iterable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval
from streaming.events.intervals import open_times
from streaming.market.candle_ranges import CandleRange
from streaming.market.candles.gaps import gaps_forget, gaps_store
from streaming.market.candles.storage import candles_store
from streaming.market.models import Candle
from streaming.market.stored_candles import missing_ranges, stored_candles
from tests.examples import examples
from tests.market.candles.minutes import MINUTES, SERIES, minute_range
from tests.market.candles.rows import FIRST, MINUTE, NOW, candle_row, minute_rows

pytestmark = pytest.mark.django_db


def store_minutes(*minutes: int) -> None:
    """Store the candles of the minutes after `FIRST`."""
    candles_store(**MINUTES, rows=minute_rows(*minutes), now_ms=NOW)  # type: ignore[arg-type]


def minutes_of(rows: Iterable[object]) -> list[int]:
    """Return the minutes after `FIRST` that rows open."""
    return [(row.open_time - FIRST) // MINUTE for row in rows]  # type: ignore[attr-defined]


def missing(first: int, last: int, **more: bool) -> list[CandleRange]:
    """Return what is missing from one minute to another."""
    within = minute_range(first, last)
    return missing_ranges(**MINUTES, start=within.start, end=within.end, **more)  # type: ignore[arg-type]


class TestStored:
    """Reading a range."""

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [0, 1, 2, 4]),
            ({"start": FIRST + 1}, [1, 2, 4]),
            ({"start": FIRST + MINUTE, "end": FIRST + 2 * MINUTE}, [1, 2]),
            ({"end": FIRST + 2 * MINUTE - 1}, [0, 1]),
            ({"limit": 2}, [0, 1]),
            ({"limit": 2, "newest": True}, [2, 4]),
            ({"end": FIRST + 3 * MINUTE, "limit": 2, "newest": True}, [1, 2]),
            ({"start": FIRST + 5 * MINUTE}, []),
        ],
    )
    def test_it_returns_a_range_oldest_first(self, asked: dict[str, int], found: list[int]) -> None:
        store_minutes(0, 1, 2, 4)
        assert minutes_of(stored_candles(**MINUTES, **asked)) == found  # type: ignore[arg-type]


class TestMissing:
    """What isn't stored of a range."""

    def test_all_is_missing_where_nothing_is_stored(self) -> None:
        assert missing(0, 9) == [minute_range(0, 9)]

    def test_it_finds_holes_and_both_ends(self) -> None:
        store_minutes(2, 3, 6, 8)
        assert missing(0, 9) == [minute_range(0, 1), minute_range(4, 5), minute_range(7, 7), minute_range(9, 9)]
        assert missing(2, 3) == []
        assert missing(3, 4) == [minute_range(4, 4)]

    def test_it_finds_nothing_where_no_candle_opens(self) -> None:
        assert missing_ranges(**MINUTES, start=FIRST + 1, end=FIRST + 2) == []  # type: ignore[arg-type]
        assert missing_ranges(**MINUTES, start=FIRST + MINUTE, end=FIRST) == []  # type: ignore[arg-type]

    def test_it_leaves_out_what_the_exchange_does_not_have(self) -> None:
        store_minutes(2, 3, 8)
        gaps_store(**MINUTES, gaps=[minute_range(-50, 0), minute_range(4, 6)])  # type: ignore[arg-type]
        assert missing(0, 9) == [minute_range(1, 1), minute_range(7, 7), minute_range(9, 9)]
        assert missing(0, 9, known_gaps_too=True) == [minute_range(0, 1), minute_range(4, 7), minute_range(9, 9)]
        assert gaps_forget(**MINUTES, within=minute_range(5, 5)) == 1  # type: ignore[arg-type]
        assert missing(4, 7) == [minute_range(4, 7)]

    def test_it_asks_the_database_for_a_year_of_minutes_without_reading_them(self) -> None:
        store_minutes(0, 9999)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert missing(0, 525_599) == [minute_range(1, 9998), minute_range(10_000, 525_599)]
        assert len(queries) == 3


@pytest.mark.parametrize("interval", list(Interval))
@examples(10)
@given(kept=st.lists(st.booleans(), min_size=1, max_size=30), before=st.integers(0, 3), data=st.data())
def test_it_finds_what_counting_finds(interval: Interval, kept: list[bool], before: int, data: st.DataObject) -> None:
    after = 1_600_000_000_000
    grid: list[int] = []
    for time in open_times(interval, after, 10**13):
        if len(grid) == before + len(kept) + 3:
            break
        grid.append(time)
    held = [time for time, is_kept in zip(grid[before:], kept, strict=False) if is_kept]
    gap = data.draw(st.lists(st.sampled_from(grid), max_size=2, unique=True).map(sorted))
    Candle.objects.all().delete()
    gaps_forget(**SERIES, interval=interval, within=CandleRange(0, 10**13))  # type: ignore[arg-type]
    rows = [candle_row(time, interval) for time in held]
    candles_store(**SERIES, interval=interval, rows=rows, now_ms=10**13)  # type: ignore[arg-type]
    gaps = [CandleRange(gap[0], gap[-1])] if gap else []
    gaps_store(**SERIES, interval=interval, gaps=gaps)  # type: ignore[arg-type]
    found = missing_ranges(**SERIES, interval=interval, start=grid[0], end=grid[-1])  # type: ignore[arg-type]
    expected = [t for t in grid if t not in held and not (gap and gap[0] <= t <= gap[-1])]
    assert [time for one in found for time in open_times(interval, one.start, one.end)] == expected

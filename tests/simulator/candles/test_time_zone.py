"""Candles of other time zones are what the smaller candles of UTC add up to between their own midnights."""

from itertools import pairwise

import pytest

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import HOUR, INTERVALS, MINUTE, SECOND, merge, open_time_at
from streaming.simulator.candles.history import History
from streaming.simulator.candles.time_zone import candles_in, is_shifted
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.matching import Trade

START = 1_795_003_200_000 + 7 * HOUR + 12 * MINUTE + 34 * SECOND
"""2026-11-18T19:12:34Z, a Wednesday; in UTC+8 it is Thursday."""
BEIJING, NEPAL, NEWFOUNDLAND = 8 * HOUR, 5 * HOUR + 45 * MINUTE, -(3 * HOUR + 30 * MINUTE)


@pytest.fixture
def store() -> CandleStore:
    store = CandleStore(History(INSTRUMENTS[0], 5, START))
    for second in range(100):
        time = START + second * SECOND
        store.roll(time)
        store.add(Trade(store.next_trade_id, time, store.last_close + second % 5 - 2, 10, False, 1))
    return store


@pytest.mark.long
@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("offset", [BEIJING, NEPAL, NEWFOUNDLAND])
def test_it_adds_up_what_happened_between_the_hours_of_that_place(
    store: CandleStore, interval: str, offset: int
) -> None:
    candles = candles_in(store, interval, offset)
    times = candles.open_times(None, None, 4)
    assert [candles.next_open_time(time) for time in times[:-1]] == times[1:]
    assert times[-1] == open_time_at(interval, START + 99 * SECOND, offset)
    for earlier, later in pairwise(times):
        assert candles.row(later).first_trade_id == candles.row(earlier).last_trade_id + 1
    parts = store.rows("1s" if interval in ("1s", "1m") else "1m", times[-1], None, 100_000)
    assert candles.row(times[-1]) == merge(times[-1], parts)


def test_it_opens_days_weeks_and_months_at_the_midnight_of_that_place(store: CandleStore) -> None:
    days, weeks, months = (candles_in(store, interval, BEIJING) for interval in ("1d", "1w", "1M"))
    assert days.open_times(None, None, 1) == [1_795_017_600_000]  # 2026-11-18T16:00Z
    assert weeks.open_times(None, None, 1) == [1_794_758_400_000]  # Sunday 2026-11-15T16:00Z
    assert months.open_times(None, None, 2) == [1_790_784_000_000, 1_793_462_400_000]  # 30 September, 31 October
    assert months.next_open_time(1_793_462_400_000) == 1_796_054_400_000


def test_it_is_overdue_where_it_has_ended_and_takes_trades_yet(store: CandleStore) -> None:
    days = candles_in(store, "1d", BEIJING)
    [running] = days.open_times(None, None, 1)
    ends = days.next_open_time(running)
    assert [days.is_overdue(running, now) for now in (ends - 1, ends)] == [False, True]
    store.roll(ends)
    assert not days.is_overdue(running, ends)


@pytest.mark.parametrize(
    ("interval", "offset", "shifted"),
    [
        ("1m", NEPAL, False), ("15m", NEPAL, False), ("1h", NEPAL, True), ("4h", BEIJING, False), ("6h", BEIJING, True),
        ("8h", BEIJING, False), ("1d", BEIJING, True), ("3d", BEIJING, True), ("1w", BEIJING, True),
        ("1M", BEIJING, True), ("1M", 0, False), ("1d", 0, False),
    ],
)  # fmt: skip
def test_it_counts_anew_only_where_the_hours_differ(interval: str, offset: int, shifted: bool) -> None:
    assert is_shifted(interval, offset) is shifted

"""History and what was traded since are one series of candles, in every interval."""

from itertools import pairwise

import pytest

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import (
    DAY,
    HOUR,
    INTERVALS,
    MINUTE,
    SECOND,
    merge,
    next_open_time,
    open_time_at,
)
from streaming.simulator.candles.days import FIRST_DAY
from streaming.simulator.candles.history import History
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.matching import Trade

START = 1_795_003_200_000 + 7 * HOUR + 12 * MINUTE + 34 * SECOND


@pytest.fixture
def store() -> CandleStore:
    return CandleStore(History(INSTRUMENTS[0], 5, START))


def trade_at(store: CandleStore, time: int, *, above: int = 0, quantity: int = 10) -> Trade:
    trade = Trade(store.next_trade_id, time, store.last_close + above, quantity, False, 1)
    store.roll(time)
    store.add(trade)
    return trade


@pytest.mark.parametrize("interval", INTERVALS)
def test_it_ends_in_the_running_candle_of_every_interval(store: CandleStore, interval: str) -> None:
    trade = trade_at(store, START + 100, above=3)
    rows = store.rows(interval, None, None, 5)
    assert rows[-1].open_time == open_time_at(interval, START)
    assert (rows[-1].close, rows[-1].last_trade_id) == (trade.price, trade.trade_id)
    assert rows[-1] == store.running(interval).snapshot()


@pytest.mark.long
@pytest.mark.parametrize("interval", INTERVALS)
def test_it_leaves_no_hole_in_time_nor_in_trade_ids_where_history_meets_the_present(
    store: CandleStore, interval: str
) -> None:
    for second in range(0, 400, 7):
        trade_at(store, START + second * SECOND, above=second % 5 - 2)
    rows = store.rows(interval, None, None, 600)
    for earlier, later in pairwise(rows):
        assert later.open_time == next_open_time(interval, earlier.open_time)
        assert later.first_trade_id == earlier.first_trade_id + earlier.trades


@pytest.mark.parametrize(
    ("interval", "finer"), [("1m", "1s"), ("3m", "1m"), ("1h", "1m"), ("12h", "5m"), ("1d", "1h"), ("1M", "1d")]
)
def test_it_tells_in_a_candle_what_its_parts_tell(store: CandleStore, interval: str, finer: str) -> None:
    for second in range(0, 400, 3):
        trade_at(store, START + second * SECOND, above=second % 7 - 3)
    for candle in store.rows(interval, None, None, 2):
        last = next_open_time(interval, candle.open_time) - 1
        parts = store.rows(finer, candle.open_time, last, 10_000)
        assert merge(candle.open_time, parts) == candle


def test_it_closes_each_candle_once_and_fills_quiet_seconds(store: CandleStore) -> None:
    trade_at(store, START, above=9)
    closed = store.roll(START + 3 * SECOND)
    seconds = [candle for interval, candle in closed if interval == "1s"]
    assert [candle.trades for candle in seconds] == [1, 0, 0]
    assert {candle.close for candle in seconds} == {store.last_close}
    assert store.roll(START + 3 * SECOND) == []
    assert store.rows("1s", START, None, 3) == seconds


def test_it_reads_rows_from_a_start_or_up_to_an_end(store: CandleStore) -> None:
    def hours(*arguments: int | None) -> list[int]:
        start, end = arguments
        return [(row.open_time - START) // HOUR for row in store.rows("1h", start, end, 3)]

    now = START - START % HOUR
    assert hours(None, None) == [-3, -2, -1]
    assert [row.open_time for row in store.rows("1h", now - 10 * HOUR, None, 2)] == [now - 10 * HOUR, now - 9 * HOUR]
    assert [row.open_time for row in store.rows("1h", now - 10 * HOUR + 1, None, 1)] == [now - 9 * HOUR]
    assert [row.open_time for row in store.rows("1h", None, now - 1, 2)] == [now - 2 * HOUR, now - HOUR]
    assert [row.open_time for row in store.rows("1h", now, now + DAY, 9)] == [now]
    assert store.rows("1h", now, now - 1, 9) == []
    assert store.rows("1d", 0, None, 1)[0].open_time == FIRST_DAY


def test_it_keeps_larger_candles_and_splits_them_again_where_small_ones_are_forgotten(store: CandleStore) -> None:
    for second in range(600):
        trade_at(store, START + second * SECOND, above=second % 5 - 2)
    minute = store.rows("1m", None, START + 300 * SECOND, 1)[0]
    store.roll(START + 3 * HOUR)
    assert store.rows("1m", minute.open_time, None, 1) == [minute]
    seconds = store.rows("1s", minute.open_time, minute.open_time + MINUTE - 1, 100)
    assert len(seconds) == 60
    assert merge(minute.open_time, seconds) == minute


def test_it_tells_which_candle_has_ended_and_still_takes_trades(store: CandleStore) -> None:
    ends = START + SECOND
    assert not store.is_overdue("1s", START, ends - 1)
    assert store.is_overdue("1s", START, ends)
    assert not store.is_overdue("1s", START - SECOND, ends)
    store.roll(ends)
    assert not store.is_overdue("1s", START, ends)


def test_it_survives_a_leap_of_weeks(store: CandleStore) -> None:
    trade_at(store, START)
    closed = store.roll(START + 40 * DAY)
    assert len(closed) < 50_000
    rows = store.rows("1m", START + 20 * DAY, None, 3)
    assert [row.trades for row in rows] == [0, 0, 0]
    assert {row.close for row in rows} == {store.last_close}


@pytest.mark.parametrize(("start", "end"), [(-3 * HOUR, 0), (-90 * SECOND, -SECOND), (-2 * HOUR - 7 * SECOND, -HOUR)])
def test_it_covers_a_span_with_candles_that_follow_each_other(store: CandleStore, start: int, end: int) -> None:
    covered = list(store.cover(START + start, START + end))
    assert covered[0].open_time == START + start
    assert sum(candle.trades for candle in covered) == sum(
        row.trades for row in store.rows("1s", START + start, START + end - 1, 100_000)
    )
    assert len(covered) < 200

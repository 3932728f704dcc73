"""Candles begin where the exchange's begin, and add up."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.candles.candles import (
    INTERVALS,
    MONTH,
    RunningCandle,
    empty_candle,
    merge,
    next_open_time,
    open_time_at,
)
from streaming.simulator.market.matching import Trade

times = st.integers(1_500_000_000_000, 2_000_000_000_000)


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@given(times, st.sampled_from(INTERVALS))
def test_it_puts_every_time_into_one_candle(time: int, interval: str) -> None:
    opened = open_time_at(interval, time)
    following = next_open_time(interval, opened)
    assert opened <= time < following
    assert open_time_at(interval, opened) == opened
    assert open_time_at(interval, following) == following
    assert open_time_at(interval, following - 1) == opened


@given(times)
def test_it_opens_weeks_on_monday_and_months_on_the_first(time: int) -> None:
    week, month = moment(open_time_at("1w", time)), moment(open_time_at(MONTH, time))
    assert (week.weekday(), week.hour, week.minute, week.second) == (0, 0, 0, 0)
    assert (month.day, month.hour, month.minute, month.second) == (1, 0, 0, 0)
    assert month.month == moment(time).month


def test_it_counts_three_days_from_the_epoch() -> None:
    assert open_time_at("3d", 1_795_003_200_000) % (3 * 86_400_000) == 0


@pytest.mark.parametrize(("month", "following"), [("2024-02-01", "2024-03-01"), ("2025-12-01", "2026-01-01")])
def test_it_knows_how_long_a_month_is(month: str, following: str) -> None:
    def opened(day: str) -> int:
        return int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()) * 1000

    assert next_open_time(MONTH, opened(month)) == opened(following)


def trades(*prices: int) -> list[Trade]:
    return [
        Trade(index, 1000 + index, price, 10 + index, index % 2 == 0, index)
        for index, price in enumerate(prices, start=5)
    ]


def test_it_counts_trades_into_a_candle() -> None:
    running = RunningCandle.of("1s", empty_candle(1000, 77, 5))
    for trade in trades(100, 104, 98, 101):
        running.add(trade)
    candle = running.snapshot()
    assert (candle.open, candle.high, candle.low, candle.close) == (100, 104, 98, 101)
    assert (candle.volume, candle.trades) == (15 + 16 + 17 + 18, 4)
    assert candle.quote_volume == 1500 + 1664 + 1666 + 1818
    assert (candle.taker_volume, candle.taker_quote_volume) == (15 + 17, 1500 + 1666)
    assert (candle.first_trade_id, candle.last_trade_id) == (5, 8)


def test_it_is_flat_at_the_last_close_without_trades() -> None:
    candle = RunningCandle.of("1s", empty_candle(1000, 77, 5)).snapshot()
    assert (candle.open, candle.high, candle.low, candle.close, candle.trades) == (77, 77, 77, 77, 0)


@given(st.lists(st.integers(50, 150), max_size=20), st.integers(0, 20))
def test_it_merges_parts_into_what_their_trades_make_together(prices: list[int], cut: int) -> None:
    def candle_of(chosen: list[Trade], following: int) -> RunningCandle:
        running = RunningCandle.of("1s", empty_candle(1000, 77, following))
        for trade in chosen:
            running.add(trade)
        return running

    made = trades(*prices)
    first, second = made[:cut], made[cut:]
    parts = [candle_of(first, 5), candle_of(second, 5 + len(first))]
    if first and not second:
        parts[1] = RunningCandle.of("1s", empty_candle(1000, first[-1].price, 5 + len(first)))
    assert merge(1000, [part.snapshot() for part in parts]) == candle_of(made, 5).snapshot()

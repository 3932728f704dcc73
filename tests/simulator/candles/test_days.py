"""Whenever the exchange is started, its present prices are near their level, and its past is one believable walk."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import DAY, MINUTE, SECOND, merge, open_time_at
from streaming.simulator.candles.days import BENT_DAYS, FIRST_DAY, draw_days
from streaming.simulator.candles.history import History
from streaming.simulator.market.instruments import INSTRUMENTS, Instrument
from tests.examples import examples

WEDNESDAY = 1_795_003_200_000  # 2026-11-18T12:00:00Z
WEEK = 7 * DAY

seeds = st.integers(0, 2**31)
instruments = st.sampled_from(INSTRUMENTS)
starts = st.integers(FIRST_DAY // SECOND + 90 * DAY // SECOND, 2_000_000_000).map(lambda second: second * SECOND)


@given(instruments, seeds, starts)
@examples(15)
def test_it_starts_near_the_level_of_a_symbol_whatever_the_seed_and_the_time(
    instrument: Instrument, seed: int, start: int
) -> None:
    present = CandleStore(History(instrument, seed, start)).last_close
    most = 0.01 if instrument.base == "BTC" else 0.02
    assert abs(present / instrument.reference - 1) <= most


@given(instruments, seeds, starts)
@examples(10)
def test_it_moved_a_few_per_cent_at_most_in_the_24_hours_before_it_starts(
    instrument: Instrument, seed: int, start: int
) -> None:
    store = CandleStore(History(instrument, seed, start))
    opened = (start - DAY) // MINUTE * MINUTE
    day = merge(opened, store.cover(opened, start))
    assert abs(day.close / day.open - 1) < 0.03
    assert 1.001 < day.high / day.low < 1.04


@given(instruments, seeds, starts)
@examples(10)
def test_it_goes_on_from_day_to_day_without_a_jump(instrument: Instrument, seed: int, start: int) -> None:
    days = draw_days(instrument, seed, start)
    for earlier, later in pairwise(days):
        assert later.open == earlier.close
        assert later.open_time == earlier.open_time + DAY
        assert later.first_trade_id == earlier.last_trade_id + 1
        assert later.low < min(later.open, later.close) <= max(later.open, later.close) < later.high
    calm_days = 1 + (start - (open_time_at("1w", start) - DAY)) // DAY
    for day in days[-calm_days:]:
        assert abs(day.close / day.open - 1) < instrument.daily_volatility


@pytest.mark.parametrize("hours", [-60, -30, 0, 30, 100])
def test_it_has_one_past_for_all_starts_of_a_week(hours: int) -> None:
    usual, other = (draw_days(INSTRUMENTS[0], 3, end) for end in (WEDNESDAY, WEDNESDAY + hours * 60 * MINUTE))
    assert all(one == another for one, another in zip(usual, other, strict=False))


@given(st.integers(1, 200), seeds)
@examples(10)
def test_it_has_one_distant_past_for_all_starts(weeks: int, seed: int) -> None:
    earlier, later = (draw_days(INSTRUMENTS[0], seed, end) for end in (WEDNESDAY, WEDNESDAY + weeks * WEEK))
    bent_from = (open_time_at("1w", WEDNESDAY) - DAY - FIRST_DAY) // DAY - BENT_DAYS
    assert earlier[:bent_from] == later[:bent_from]
    assert earlier[-1] != later[len(earlier) - 1]

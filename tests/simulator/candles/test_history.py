"""History depends on the seed and the time alone, and tells the same story in every interval."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.candles.candles import DAY, FIXED_LENGTHS, MINUTE, merge
from streaming.simulator.candles.days import FIRST_DAY
from streaming.simulator.candles.history import LEVELS, History
from streaming.simulator.market.instruments import INSTRUMENTS
from tests.examples import examples

END = 1_795_003_200_000
BITCOIN, DOLLAR_COIN_BITCOIN = INSTRUMENTS[0], INSTRUMENTS[-1]
HISTORY = History(BITCOIN, 3, END)

minutes = st.integers(0, (END - FIRST_DAY) // MINUTE - 1).map(lambda index: FIRST_DAY + index * MINUTE)


@given(minutes, st.sampled_from(LEVELS[:-1]))
@examples(50)
def test_it_agrees_with_itself_in_every_level(time: int, level: str) -> None:
    length, finer = FIXED_LENGTHS[level], LEVELS[LEVELS.index(level) + 1]
    open_time = time - time % length
    parts = [HISTORY.candle(finer, part) for part in range(open_time, open_time + length, FIXED_LENGTHS[finer])]
    assert merge(open_time, parts) == HISTORY.candle(level, open_time)


@given(minutes)
@examples(50)
def test_it_makes_minutes_whose_average_price_lies_within_their_range(time: int) -> None:
    candle = HISTORY.candle("1m", time)
    assert candle.low * candle.volume <= candle.quote_volume <= candle.high * candle.volume
    assert 0 < candle.taker_volume <= candle.volume


@given(minutes)
@examples(25)
def test_it_does_not_depend_on_what_was_asked_before_nor_on_where_it_ends(time: int) -> None:
    fresh = History(BITCOIN, 3, END + DAY)
    assert fresh.candle("1m", time) == HISTORY.candle("1m", time)


def test_it_opens_each_day_at_the_last_close_and_numbers_trades_without_a_hole() -> None:
    days = [HISTORY.candle("1d", day) for day in range(FIRST_DAY, END - DAY, DAY)]
    for earlier, later in pairwise(days):
        assert later.open == earlier.close
        assert later.first_trade_id == earlier.last_trade_id + 1


def test_it_stays_near_the_reference_price() -> None:
    closes = [HISTORY.candle("1d", day).close / BITCOIN.reference for day in range(FIRST_DAY, END - DAY, DAY)]
    assert 0.7 < min(closes) < 0.97
    assert 1.03 < max(closes) < 1.4


def test_it_moves_both_symbols_of_an_asset_together() -> None:
    other = History(DOLLAR_COIN_BITCOIN, 3, END)
    for time in range(END - 600 * MINUTE, END, MINUTE):
        close = HISTORY.candle("1m", time).close
        assert abs(other.candle("1m", time).close - close) < close * 0.005


def test_it_differs_between_seeds_and_symbols() -> None:
    assert History(BITCOIN, 4, END).candle("1d", END - DAY) != HISTORY.candle("1d", END - DAY)


def test_it_refuses_a_clock_before_its_first_day() -> None:
    with pytest.raises(ValueError, match="opened on 2021-01-01"):
        History(BITCOIN, 1, FIRST_DAY)

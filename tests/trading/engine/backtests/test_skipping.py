"""Where the next candle is that reaches an order, and which finer candles make one up."""

import random

import pytest

from tests.trading.engine.backtests.random_trading import coarser, random_finer, with_gaps
from tests.trading.engine.backtests.scripted import series_of
from tests.trading.engine.order_texts import MUCH
from trading.engine.backtests.finer_candles import FinerCandles
from trading.engine.backtests.skipping import CandleReader


@pytest.mark.parametrize("seed", range(5))
def test_it_finds_the_candle_that_looking_at_each_finds(seed: int) -> None:
    series, chance = coarser(random_finer(seed, 2_000)), random.Random(seed)
    reader, lows, highs = CandleReader(series), series.low.tolist(), series.high.tolist()
    for _ in range(200):
        start, stop = sorted(chance.choices(range(2_001), k=2))
        middle = highs[start] if start < 2_000 else 10_000
        below = chance.choice([None, middle - chance.randint(0, 2_000)])
        above = chance.choice([None, middle + chance.randint(0, 2_000)])
        reached = (
            index
            for index in range(start, stop)
            if (below is not None and lows[index] <= below) or (above is not None and highs[index] >= above)
        )
        assert reader.next_reached(start, stop, below=below, above=above) == next(reached, stop)


def test_finer_candles_that_tell_the_same_make_up_a_candle_and_others_do_not() -> None:
    series = series_of("100 104 98 103, 103 104 102 103, 103 105 102 104")
    first, second, third = map(int, series.open_time)
    whole = series_of("100 104 100 101, 101 102 98 99, 99 103 99 103", start=first, interval="1s", volume=MUCH // 4)
    part = series_of("103 104 103 103", start=second, interval="1s")
    rows = [
        (int(time), *(int(getattr(part_of, name)[index]) for name in ("open", "high", "low", "close", "volume")))
        for part_of in (whole, part)
        for index, time in enumerate(part_of.open_time)
    ]
    finer = FinerCandles(series, type(series).of_rows(whole.instrument, whole.interval, rows))
    assert [finer.within(index) for index in range(3)] == [(0, 3), None, None]
    assert third > second


@pytest.mark.parametrize(("volume", "decide"), [(5, True), (6, False)])
def test_finer_candles_in_which_more_was_traded_than_in_the_candle_do_not_decide(volume: int, decide: bool) -> None:
    series = series_of("100 104 98 103 of 11")
    first = int(series.open_time[0])
    finer = series_of("100 104 100 101, 101 103 98 103", start=first, interval="1s", volume=volume)
    assert FinerCandles(series, finer).within(0) == ((0, 2) if decide else None)


@pytest.mark.parametrize("seed", range(5))
def test_all_candles_are_made_up_where_none_of_the_finer_ones_is_missing(seed: int) -> None:
    within = random_finer(seed, 300)
    series = with_gaps(coarser(within), seed)
    finer = FinerCandles(series, within)
    for index, time in enumerate(series.open_time.tolist()):
        bounds = finer.within(index)
        assert bounds is not None
        assert within.open_time[bounds[0] : bounds[1]].tolist() == [time + 15_000 * number for number in range(4)]

"""Parts of a candle are candles themselves, and add up to it exactly."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.candles.apportionment import share, spread
from streaming.simulator.candles.candles import Candle, merge
from streaming.simulator.candles.subdivision import subdivide


@st.composite
def candles(draw: st.DrawFn) -> Candle:
    """Any candle that trades can have made: enough volume for its trades, its average price within its range."""
    low = draw(st.integers(50, 10_000_000))
    high = low + draw(st.integers(2, 100_000))
    trades = draw(st.integers(4, 500_000))
    volume = trades * draw(st.integers(2, 2_000))
    taker_volume = volume * draw(st.integers(30, 70)) // 100
    tenths = draw(st.integers(30, 70))
    return Candle(
        open_time=1_795_003_200_000,
        open=draw(st.integers(low, high)),
        high=high,
        low=low,
        close=draw(st.integers(low, high)),
        volume=volume,
        quote_volume=low * volume + (high - low) * volume * tenths // 100,
        trades=trades,
        taker_volume=taker_volume,
        taker_quote_volume=low * taker_volume + (high - low) * taker_volume * tenths // 100,
        first_trade_id=1000,
    )


@given(candles(), st.sampled_from([4, 6, 15, 60]), st.integers(0, 2**32))
def test_it_splits_into_parts_that_add_up_to_the_candle(candle: Candle, count: int, seed: int) -> None:
    parts = subdivide(candle, count=count, length=1000, shape=Random(seed), flow=Random(seed + 1))
    assert [part.open_time for part in parts] == [candle.open_time + 1000 * index for index in range(count)]
    assert merge(candle.open_time, parts) == candle


@given(candles(), st.sampled_from([4, 6, 15, 60]), st.integers(0, 2**32))
def test_it_makes_parts_that_trades_can_have_made(candle: Candle, count: int, seed: int) -> None:
    parts = subdivide(candle, count=count, length=1000, shape=Random(seed), flow=Random(seed + 1))
    for part in parts:
        assert part.low <= min(part.open, part.close) <= max(part.open, part.close) <= part.high
        assert part.trades <= part.volume
        assert 0 <= part.taker_volume <= part.volume
        assert (part.volume == 0) == (part.trades == 0)
        assert part.trades != 1 or part.high == part.low
    for earlier, later in pairwise(parts):
        assert later.first_trade_id == earlier.first_trade_id + earlier.trades
        assert later.trades or later.open == later.close == earlier.close


@given(candles(), st.integers(0, 2**32))
def test_it_makes_the_same_parts_from_the_same_chance(candle: Candle, seed: int) -> None:
    first, second = (subdivide(candle, count=15, length=1000, shape=Random(seed), flow=Random(seed)) for _ in range(2))
    assert first == second


@given(st.integers(0, 10**12), st.lists(st.floats(0.1, 10.0), min_size=1, max_size=60))
def test_it_shares_a_total_out_to_the_last_unit(total: int, weights: list[float]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    assert min(parts) >= 0


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1), st.integers(0, 100))
def test_it_spreads_a_total_between_floors_and_ceilings(bounds: list[tuple[int, int]], percent: int) -> None:
    floors = [floor for floor, _ in bounds]
    ceilings = [floor + room for floor, room in bounds]
    total = sum(floors) + (sum(ceilings) - sum(floors)) * percent // 100
    parts = spread(total, floors, ceilings)
    assert sum(parts) == total
    assert all(low <= part <= high for low, part, high in zip(floors, parts, ceilings, strict=True))

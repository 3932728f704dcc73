"""The book looks like a real one: a tight spread, prices close together at the touch, larger sizes away from it."""

from itertools import pairwise
from random import Random
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.market.instruments import INSTRUMENTS, Instrument
from streaming.simulator.market.maker import Maker
from streaming.simulator.market.market import Market
from streaming.simulator.market.matching import MatchingEngine
from streaming.simulator.market.order_book import BookSide, Side
from tests.examples import examples

START = 1_795_003_200_000
SECONDS = 15
BITCOIN = INSTRUMENTS[0]

every_instrument = pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.symbol)


@pytest.fixture(scope="module")
def spreads() -> dict[str, list[int]]:
    """The spreads of every symbol, in ticks, that the books of `market` had while it ran."""
    return {instrument.symbol: [] for instrument in INSTRUMENTS}


@pytest.fixture(scope="module")
def market(spreads: dict[str, list[int]]) -> Market:
    """A market that has traded for a while."""
    market = Market(seed=11, start=START)
    list(market.open_each())
    for _ in market.steps_until(START + SECONDS * 1000):
        for name, symbol in market.symbols.items():
            (bid,), (ask,) = symbol.book.depth(1)
            spreads[name].append(ask[0] - bid[0])
    return market


def sides(market: Market, instrument: Instrument) -> tuple[BookSide, BookSide]:
    book = market.symbols[instrument.symbol].book
    return book.bids, book.asks


@every_instrument
def test_it_keeps_the_spread_at_a_tick_or_a_few(
    market: Market, spreads: dict[str, list[int]], instrument: Instrument
) -> None:
    seen = spreads[instrument.symbol]
    assert market.time == START + SECONDS * 1000
    assert median(seen) == 1
    assert sum(spread <= 10 for spread in seen) > 0.9 * len(seen)


@every_instrument
def test_it_stands_close_together_near_the_touch(market: Market, instrument: Instrument) -> None:
    for side in sides(market, instrument):
        prices = [level.price for level in side.levels(10)]
        gaps = [abs(later - earlier) for earlier, later in pairwise(prices)]
        assert median(gaps) <= max(2, 0.000001 * instrument.reference)  # a tick or two; 10 cents of a bitcoin
        assert sum(gaps) <= max(40, 0.00002 * instrument.reference)


@every_instrument
def test_it_stands_at_many_prices_within_one_per_cent(market: Market, instrument: Instrument) -> None:
    reach = instrument.reference // 100
    for side in sides(market, instrument):
        best = next(side.levels(1)).price
        within = sum(abs(level.price - best) <= reach for level in side.levels(5000))
        assert within >= min(200, reach // 2)
        if instrument.base == "BTC":
            assert within > 300


@every_instrument
def test_it_shows_many_small_sizes_and_some_walls(market: Market, instrument: Instrument) -> None:
    for side in sides(market, instrument):
        sizes = [level.quantity for level in side.levels(5000)]
        assert max(sizes) > 8 * median(sizes)
        assert median(sizes) < 0.75 * mean(sizes)


def test_it_stands_with_more_away_from_the_touch(market: Market) -> None:
    growth = []
    for instrument in INSTRUMENTS:
        for side in sides(market, instrument):
            sizes = [level.quantity for level in side.levels(5000)]
            middle = len(sizes) // 2
            assert sum(sizes[middle:]) > sum(sizes[:10])
            growth.append(median(sizes[middle:]) / median(sizes[1:30]))
    assert median(growth) > 1.3


def test_it_shows_sizes_of_bitcoin_from_crumbs_to_whole_coins(market: Market) -> None:
    coin = 100_000  # steps
    sizes = [level.quantity for side in sides(market, BITCOIN) for level in side.levels(5000)]
    assert sum(size < 0.05 * coin for size in sizes) > 0.4 * len(sizes)
    assert sum(0.5 * coin < size for size in sizes) > 10
    assert min(sizes) < 0.002 * coin
    assert 0.01 * coin < mean(sizes) < coin


@given(
    st.sampled_from(INSTRUMENTS),
    st.lists(st.floats(-0.05, 0.05), min_size=1, max_size=8),
    st.integers(0, 2**32),
)
@examples(20)
def test_it_follows_any_fair_price_without_trading_with_itself(
    instrument: Instrument, moves: list[float], seed: int
) -> None:
    engine = MatchingEngine()
    maker = Maker(instrument, engine, Random(seed))
    fair = float(instrument.reference)
    maker.open_market(fair, 0)
    for step, move in enumerate(moves):
        fair *= 1 + move
        maker.requote(fair, step)
        (bid, *_), (ask, *_) = engine.book.depth(10)
        assert bid[0] < ask[0]
        assert bid[0] <= fair + instrument.reference / 100_000 + 2
        assert ask[0] >= fair - instrument.reference / 100_000 - 2
        assert min(engine.book.side(side).order_count for side in Side) > 100
    assert engine.take_trades() == []


@pytest.mark.long
@pytest.mark.parametrize("instrument", [INSTRUMENTS[0], INSTRUMENTS[7]], ids=["fine ticks", "coarse ticks"])
def test_it_keeps_the_book_as_deep_as_it_was_for_a_long_time(instrument: Instrument) -> None:
    engine, chance = MatchingEngine(), Random(5)
    maker = Maker(instrument, engine, chance)
    fair = float(instrument.reference)
    maker.open_market(fair, 0)
    levels = {side: len(engine.book.side(side)) for side in Side}
    for step in range(6_000):
        fair *= 1 + chance.gauss(0.0, 0.00002)
        maker.requote(fair, step)
    for side in Side:
        assert len(engine.book.side(side)) > 0.7 * levels[side]
        furthest = engine.book.side(side).worst
        assert furthest is not None
        assert abs(furthest.price / fair - 1) > 0.009

"""A market that follows another's: its books, trades and candles tell one story, a spread and a lag away."""

from collections.abc import Iterable

import pytest

from streaming.simulator.candles.candles import DAY, HOUR, MINUTE, Candle
from streaming.simulator.following.market import FollowedMarket
from streaming.simulator.following.pairs import Pair
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.market.instruments import INSTRUMENTS, UNITS
from streaming.simulator.market.market import Market
from streaming.simulator.market.matching import Trade
from streaming.simulator.market.order_book import Side
from tests.simulator.conftest import NOON

BITCOIN = INSTRUMENTS[0]


def pair(*, tick: int = BITCOIN.tick, premium: int = 0, spread: int = 0) -> Pair:
    return Pair(base="BTC", quote="USD", source=BITCOIN, tick=tick, premium=premium, spread=spread)


def opened() -> Market:
    market = Market(seed=7, start=NOON, instruments=(BITCOIN,))
    assert list(market.open_each()) == ["BTCUSDT"]
    return market


def advance(market: Market, following: FollowedMarket, seconds: float, *, stands_still: bool = False) -> list[Trade]:
    """Move both on; return the trades of the one that follows."""
    made: list[Trade] = []
    for step in market.steps_until(market.time + round(seconds * 1000)):
        for followed in following.take(step, stands_still=stands_still):
            made += followed.pairs["BTC/USD"].trades
    return made


def of_trades(trades: Iterable[Trade]) -> tuple[int, int, int, int, int]:
    prices, volumes = [trade.price for trade in trades], [trade.quantity for trade in trades]
    return prices[0], max(prices), min(prices), prices[-1], sum(volumes)


def prices_of(candle: Candle) -> tuple[int, int, int, int, int]:
    return candle.open, candle.high, candle.low, candle.close, candle.volume


def test_without_premium_spread_and_lag_it_is_the_followed_one() -> None:
    market = opened()
    following = FollowedMarket(market, {"BTC/USD": pair()}, 0)
    advance(market, following, 20)
    here, there = following.pairs["BTC/USD"], market.symbols["BTCUSDT"]
    assert (here.book.bids.best(), here.book.asks.best()) == there.book.depth(10_000)
    assert list(here.trades) == list(there.trades)
    assert here.candles.row(NOON, MINUTE) == there.candles.row("1m", NOON)
    assert here.candles.row(NOON - HOUR, HOUR) == there.candles.row("1h", NOON - HOUR)
    assert here.candles.row(NOON - DAY // 2, DAY) == there.candles.row("1d", NOON - DAY // 2)


def test_candles_are_those_of_its_own_trades() -> None:
    market = opened()
    following = FollowedMarket(market, {"BTC/USD": pair(tick=UNITS // 10, premium=1000, spread=200)}, 300)
    trades = advance(market, following, 130)
    minutes = [[trade for trade in trades if trade.time // MINUTE == (NOON + at) // MINUTE] for at in (0, MINUTE)]
    candles = following.pairs["BTC/USD"].candles
    for number, minute in enumerate(minutes):
        assert prices_of(candles.row(NOON + number * MINUTE, MINUTE)) == of_trades(minute)
    assert prices_of(candles.row(NOON, HOUR)) == of_trades(trades)
    assert candles.last_price == trades[-1].price


def test_levels_that_fall_on_one_price_are_one_level_and_the_book_never_crosses() -> None:
    market = opened()
    following = FollowedMarket(market, {"BTC/USD": pair(tick=10 * UNITS, spread=100)}, 0)
    for _ in range(50):
        advance(market, following, 0.1)
        book, followed = following.pairs["BTC/USD"].book, market.symbols["BTCUSDT"].book
        assert sum(quantity for _, quantity in book.bids.best()) == followed.bids.quantity
        assert sum(quantity for _, quantity in book.asks.best()) == followed.asks.quantity
        assert book.bids.best(1)[0][0] < book.asks.best(1)[0][0]
    assert len(book.bids) < len(followed.bids)


@pytest.mark.parametrize(("side", "price"), [(Side.BUY, 9_503_800), (Side.SELL, 9_505_700)])
def test_bids_are_moved_down_and_asks_up_and_rounded_away_from_each_other(side: Side, price: int) -> None:
    """95,000 raised by 500 millionths is 95,047.5; 100 millionths on each side are 9.50 more or less."""
    assert pair(premium=500, spread=200).price_of(side, 9_500_000) == price
    assert pair(premium=500, spread=200, tick=10 * BITCOIN.tick).price_of(side, 9_500_000) == price // 10


def test_what_it_forgot_is_told_by_the_followed_candles() -> None:
    market = opened()
    following = FollowedMarket(market, {"BTC/USD": pair()}, 0)
    advance(market, following, 90)
    candles = following.pairs["BTC/USD"].candles
    advance(market, following, 3 * 24 * 3600)
    assert candles.row(NOON, MINUTE) == market.symbols["BTCUSDT"].candles.row("1m", NOON)
    assert candles.row(NOON + 2 * DAY, HOUR).trades == 0
    assert candles.open_times(HOUR, 3) == [NOON + 3 * DAY - 2 * HOUR, NOON + 3 * DAY - HOUR, NOON + 3 * DAY]


def test_while_it_stands_still_it_goes_on_trading_at_one_price_and_afterwards_follows_again() -> None:
    market = opened()
    following = FollowedMarket(market, {"BTC/USD": pair()}, 0)
    advance(market, following, 10)
    here, there = following.pairs["BTC/USD"], market.symbols["BTCUSDT"]
    price, book = here.candles.last_price, (here.book.bids.best(), here.book.asks.best())
    standing = advance(market, following, 30, stands_still=True)
    assert {trade.price for trade in standing} == {price}
    assert standing[-1].time > NOON + 35_000
    assert {trade.price for trade in list(there.trades)[-len(standing) :]} != {price}
    assert (here.book.bids.best(), here.book.asks.best()) == book
    advance(market, following, 1)
    assert (here.book.bids.best(), here.book.asks.best()) == there.book.depth(10_000)
    assert here.trades[-1] == there.trades[-1]


@pytest.mark.parametrize("ahead", [HOUR + 1000, -DAY, 30_000])
def test_with_a_clock_that_is_ahead_it_tells_the_same_at_other_times(ahead: int) -> None:
    market = opened()
    following = FollowedMarket(market, {"BTC/USD": pair()}, 0, ahead)
    advance(market, following, 130)
    here, there = following.pairs["BTC/USD"], market.symbols["BTCUSDT"]
    assert following.time == market.time + ahead
    assert [trade.time for trade in here.trades] == [trade.time + ahead for trade in there.trades]
    minute = (NOON + ahead) // MINUTE * MINUTE + MINUTE  # a whole one by its own clock
    made = [trade for trade in here.trades if minute <= trade.time - 1 < minute + MINUTE]
    assert prices_of(here.candles.row(minute, MINUTE)) == of_trades(made)
    shifted = NOON + ahead // MINUTE * MINUTE
    assert prices_of(here.candles.row(shifted - HOUR, HOUR)) == prices_of(there.candles.row("1h", NOON - HOUR))
    assert here.candles.row(here.candles.first_open_time(MINUTE), MINUTE).trades


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"clock_ahead": 86_401}, "clock_ahead must"),
        ({"premium": 600_000}, "a premium is between"),
        ({"spread": -1}, "spread must be"),
        ({"lag": -1}, "lag must"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        FollowingSettings(**wrong)  # type: ignore[arg-type]  # all of them are whole numbers

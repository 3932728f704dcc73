"""The 24 hours are what the candles of the window add up to."""

import pytest

from streaming.simulator.candles.candles import DAY, MINUTE, SECOND, Candle, empty_candle, merge
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Market
from streaming.simulator.market.ticker import Statistics, average_price

START = 1_795_003_200_000 + 59 * SECOND


@pytest.fixture
def market() -> Market:
    market = Market(seed=9, start=START, instruments=INSTRUMENTS[:1])
    list(market.open_each())
    return market


def test_it_equals_the_minutes_of_its_window_and_moves_on_with_time(market: Market) -> None:
    symbol = market.symbols["BTCUSDT"]
    for seconds in (0, 1, 2, 63, 124):
        list(market.steps_until(START + seconds * SECOND))
        day = symbol.day()
        minutes = symbol.candles.rows("1m", day.open_time, None, 2000)
        assert day.open_time == (market.time - DAY) // MINUTE * MINUTE
        assert day.close_time == market.time
        assert merge(day.open_time, minutes) == day.candle
        before = symbol.candles.rows("1m", None, day.open_time - 1, 1)
        assert day.previous_close == before[-1].close


def test_it_averages_the_last_minutes(market: Market) -> None:
    symbol = market.symbols["BTCUSDT"]
    list(market.steps_until(START + 10 * SECOND))
    rows = symbol.candles.rows("1m", None, None, 5)
    average = average_price(symbol.candles, market.time, 5)
    assert average.volume == sum(row.volume for row in rows)
    assert average.quote_volume == sum(row.quote_volume for row in rows)


@pytest.mark.parametrize(
    ("opened", "last", "text"),
    [
        (100_000, 102_345, "2.345"),
        (100_000, 97_655, "-2.345"),
        (300_000, 300_001, "0.000"),
        (300_000, 299_999, "0.000"),
    ],
)
def test_it_writes_the_change_in_per_cent_with_three_decimals(opened: int, last: int, text: str) -> None:
    candle: Candle = empty_candle(START, opened, 1)
    day = Statistics(
        open_time=START, close_time=START, candle=candle, previous_close=1, last_price=last, last_quantity=1
    )
    assert day.change_percent_text == text

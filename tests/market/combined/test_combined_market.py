"""What is told of combined symbols: prices with their day, candles, and the change over an hour."""

from decimal import Decimal

import msgspec
import pytest

from streaming.events import Candle, CombinedPrice, Event, Side, Source, Ticker, Trade, Trades
from streaming.market.combined.combined_market import CombinedMarket
from streaming.market.combined.combiner import Combiner
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.symbols import SourceMarket, combined_markets
from tests.market.combined.tickers import ticker

KRAKEN = SourceMarket(Source.KRAKEN, "BTC/USD", "USD")
COINBASE = SourceMarket(Source.COINBASE, "BTC-USD", "USD")
SOURCES = (Source.BINANCE, Source.KRAKEN, Source.COINBASE)
MINUTE = 60_000
OPEN = 1_700_000_040_000
"""A whole minute."""


class Time:
    """Our two clocks, in ms, which go on together."""

    def __init__(self) -> None:
        self.steady = 0
        self.day = OPEN - 500

    def go_on(self, milliseconds: int) -> None:
        self.steady += milliseconds
        self.day += milliseconds


@pytest.fixture
def time() -> Time:
    """Return clocks that stand shortly before a whole minute."""
    return Time()


@pytest.fixture
def market() -> CombinedMarket:
    """Return one that has heard nothing yet."""
    markets = combined_markets(["BTC-USD"], ["USDT-USD=USDT/USD@kraken"], sources=SOURCES)
    return CombinedMarket(Combiner(markets, CombiningLimits(), simulated=False), ("BTC-USD",))


def hear(market: CombinedMarket, time: Time, price: str, *, of: SourceMarket = KRAKEN) -> list[Event]:
    market.hear_ticker(of, ticker(of, price), now=time.steady)
    return market.take(now=time.steady, now_ms=time.day)


def candles(told: list[Event]) -> list[Candle]:
    return [event for event in told if isinstance(event, Candle)]


def trades(source: Source, *quantities: str, repaired: bool = False) -> Trades:
    made = tuple(
        Trade(trade_id=number, price=Decimal(1), quantity=Decimal(each), side=Side.BUY, time=1)
        for number, each in enumerate(quantities)
    )
    return Trades(symbol="any", source=source, time=1, trades=made, repaired=repaired)


def numbers(*values: Decimal) -> str:
    return " ".join(map(str, values))


def price_of(told: list[Event]) -> CombinedPrice:
    [price] = [event for event in told if isinstance(event, CombinedPrice)]
    return price


def test_the_day_is_the_median_of_what_the_sources_tell_and_its_volume_their_sum(
    market: CombinedMarket, time: Time
) -> None:
    one = msgspec.structs.replace(
        ticker(KRAKEN, "100", volume="3"), open=Decimal(90), high=Decimal(110), low=Decimal(80), bid=Decimal(99)
    )
    other = msgspec.structs.replace(
        ticker(COINBASE, "101", volume="1"), open=Decimal(91), high=Decimal(500), low=Decimal(1), ask=Decimal(102)
    )
    market.hear_ticker(KRAKEN, one, now=0)
    market.hear_ticker(COINBASE, other, now=0)
    told = market.take(now=0, now_ms=time.day)
    [day] = [event for event in told if isinstance(event, Ticker)]
    assert numbers(day.price, day.open, day.high, day.low, day.bid, day.ask) == "100 90 110 80 99 100"
    assert numbers(day.change, day.change_percent, day.volume) == "10 11.111 4"
    assert (day.source, day.quote_volume, day.previous_close) == (Source.COMBINED, None, None)
    price = price_of(told)
    assert (price.change, price.high, price.low, price.volume) == (day.change, day.high, day.low, day.volume)


def test_a_candle_grows_with_the_price_and_closes_with_its_minute(market: CombinedMarket, time: Time) -> None:
    hear(market, time, "100")  # of a minute whose beginning nobody heard
    time.go_on(500)
    for price in ("101", "105", "99"):
        [candle] = candles(hear(market, time, price))
        time.go_on(1_000)
    assert numbers(candle.open, candle.high, candle.low, candle.close) == "101 105 99 99"
    assert not candle.is_final
    time.go_on(MINUTE - 3_000)
    final, following = candles(hear(market, time, "102"))
    assert (final.open_time, final.close_time, final.is_final) == (OPEN, OPEN + MINUTE - 1, True)
    assert (following.open_time, following.is_final) == (OPEN + MINUTE, False)
    assert numbers(final.close, following.open) == "99 102"
    assert final.source is Source.COMBINED


def test_a_candle_whose_beginning_was_not_heard_is_never_told_as_closed(market: CombinedMarket, time: Time) -> None:
    [first] = candles(hear(market, time, "100"))
    assert (first.open_time, first.is_final) == (OPEN - MINUTE, False)
    time.go_on(500)
    assert [candle.is_final for candle in candles(hear(market, time, "101"))] == [False]


def test_a_minute_without_a_fresh_price_has_no_candle(market: CombinedMarket, time: Time) -> None:
    time.go_on(500)
    market.take(now=time.steady, now_ms=time.day)
    hear(market, time, "100")
    time.go_on(MINUTE + 1_000)
    told = market.take(now=time.steady, now_ms=time.day)
    assert [candle.is_final for candle in candles(told)] == [True]
    assert price_of(told).stale
    time.go_on(MINUTE)
    assert market.take(now=time.steady, now_ms=time.day) == []


def test_its_volume_is_what_the_sources_that_are_used_traded(market: CombinedMarket, time: Time) -> None:
    time.go_on(500)
    hear(market, time, "100")
    market.hear_trades("BTC-USD", KRAKEN, trades(Source.KRAKEN, "0.5", "0.25"))
    market.hear_trades("BTC-USD", COINBASE, trades(Source.COINBASE, "7"))  # whose price nobody has heard
    market.hear_trades("BTC-USD", KRAKEN, trades(Source.KRAKEN, "9", repaired=True))
    market.hear_trades("BTC-USD", KRAKEN, trades(Source.SIMULATOR, "9"))
    [candle] = candles(hear(market, time, "100"))
    assert numbers(candle.volume, candle.quote_volume) == "0.75 75.00"
    assert candle.trades == 2


def test_the_change_over_an_hour_is_known_once_candles_are(market: CombinedMarket, time: Time) -> None:
    time.go_on(500)
    assert price_of(hear(market, time, "100")).change_1h is None
    time.go_on(MINUTE)
    hear(market, time, "110")  # closes the minute with 100
    time.go_on(60 * MINUTE)
    assert price_of(hear(market, time, "130")).change_1h == 30


def test_the_change_over_an_hour_is_known_at_once_from_stored_candles(market: CombinedMarket, time: Time) -> None:
    time.go_on(500)
    hear(market, time, "100")
    time.go_on(MINUTE)
    [stored] = [candle for candle in candles(hear(market, time, "110")) if candle.is_final]
    market.note_past("BTC-USD", stored.open_time - 2 * MINUTE, Decimal(90))
    time.go_on(58 * MINUTE)
    assert price_of(hear(market, time, "130")).change_1h == 40


def test_a_lie_of_a_source_moves_neither_price_nor_day_nor_candle(market: CombinedMarket, time: Time) -> None:
    rate = SourceMarket(Source.KRAKEN, "USDT/USD", "USD")
    binance = SourceMarket(Source.BINANCE, "BTCUSDT", "USDT")
    time.go_on(500)
    for each, price in ((rate, "1"), (binance, "100"), (KRAKEN, "100.1")):
        market.hear_ticker(each, ticker(each, price), now=time.steady)
    told = hear(market, time, "1000000", of=COINBASE)
    assert price_of(told).high is not None
    highest = max(candles(told)[0].high, price_of(told).high or 0)
    assert highest <= Decimal("100.1")

"""Messages of the exchange, made into events of ours."""

import json
from decimal import Decimal

import pytest

from streaming.events import (
    Candle,
    Depth,
    Event,
    Interval,
    Overview,
    Price,
    Side,
    Source,
    Ticker,
    Trade,
    Trades,
)
from streaming.market.sources.binance.normalise import Normaliser
from streaming.market.sources.binance.overview import MarketOverview
from streaming.market.sources.binance.stream_parser import parse_frame
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market import frames

RECEIVED_AT = frames.NOW + 77


def events_of(stream: str, data: object) -> dict[Topic, Event]:
    """Return the events by topic that a combined frame means."""
    normaliser = Normaliser(Source.BINANCE, MarketOverview())
    frame = json.dumps({"stream": stream, "data": data})
    return dict(normaliser.events_of(parse_frame(frame), received_at=RECEIVED_AT))


@rule("1.4.5")
def test_it_makes_a_price_and_a_ticker_of_one_message() -> None:
    made = events_of("btcusdt@ticker", frames.ticker())
    assert made == {
        Topic(MarketKind.PRICE, "BTCUSDT"): Price(
            symbol="BTCUSDT", time=frames.NOW, source=Source.BINANCE, price=Decimal("97523.45000000"),
            change=Decimal("523.40000000"), change_percent=Decimal("0.540"), high=Decimal("98000.00000000"),
            low=Decimal("96500.10000000"), volume=Decimal("12345.67800000"),
        ),
        Topic(MarketKind.TICKER, "BTCUSDT"): Ticker(
            symbol="BTCUSDT", time=frames.NOW, source=Source.BINANCE, price=Decimal("97523.45000000"),
            bid=Decimal("97523.44000000"), ask=Decimal("97523.46000000"), open=Decimal("97000.05000000"),
            high=Decimal("98000.00000000"), low=Decimal("96500.10000000"), previous_close=Decimal("97000.05000000"),
            change=Decimal("523.40000000"), change_percent=Decimal("0.540"), volume=Decimal("12345.67800000"),
            quote_volume=Decimal("1198765432.10987654"),
        ),
    }  # fmt: skip


@rule("1.4.3", "3.9")
@pytest.mark.parametrize("final", [False, True])
def test_it_makes_a_candle_final_only_where_the_exchange_says_so(final: bool) -> None:
    (made,) = events_of("btcusdt@kline_1m", frames.kline(final=final)).items()
    assert made[0] == Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)
    assert isinstance(made[1], Candle)
    assert made[1].is_final is final
    assert (made[1].open_time, made[1].close_time, made[1].time) == (
        frames.NOW,
        frames.NOW + 59_999,
        frames.NOW + 2_000,
    )


@rule("1.4.1")
def test_it_makes_a_trade_with_the_time_at_which_it_was_made() -> None:
    made = events_of("btcusdt@trade", frames.trade(trade_id=9))
    one = Trade(trade_id=9, price=Decimal("97523.45"), quantity=Decimal("0.0001"), side=Side.SELL, time=frames.NOW)
    assert made == {
        Topic(MarketKind.TRADE, "BTCUSDT"): Trades(
            symbol="BTCUSDT", time=frames.NOW, source=Source.BINANCE, trades=(one,)
        )
    }


@rule("1.4.9")
def test_it_gives_a_book_the_symbol_of_its_stream_and_the_time_of_receipt() -> None:
    ((topic, event),) = events_of("ethusdt@depth10@100ms", frames.partial_depth(20)).items()
    assert topic == Topic(MarketKind.DEPTH, "ETHUSDT")
    assert isinstance(event, Depth)
    assert (event.symbol, event.time) == ("ETHUSDT", RECEIVED_AT)
    assert (len(event.bids), len(event.asks)) == (10, 10)
    assert (str(event.bids[0].price), str(event.asks[0].price)) == ("100.10000000", "101.20000000")


@rule("1.4.4")
def test_it_makes_an_overview_of_the_mini_tickers() -> None:
    rows = [frames.mini_ticker("BTCUSDT", price="110", open_price="100"), {"e": "24hrMiniTicker"}]
    ((topic, event),) = events_of("!miniTicker@arr", rows).items()
    assert topic == Topic(MarketKind.OVERVIEW)
    assert isinstance(event, Overview)
    assert [(row.symbol, str(row.change_percent)) for row in event.rows] == [("BTCUSDT", "10.000")]


@pytest.mark.parametrize(
    "frame",
    ["nonsense", '{"e":"new"}', '{"result":null,"id":1}', '{"lastUpdateId":1,"bids":[],"asks":[]}', "[]", "[7]"],
)
def test_it_makes_nothing_of_what_means_nothing(frame: str) -> None:
    normaliser = Normaliser(Source.BINANCE, MarketOverview())
    assert list(normaliser.events_of(parse_frame(frame), received_at=RECEIVED_AT)) == []


@rule("3.10")
def test_it_says_whose_market_it_is() -> None:
    normaliser = Normaliser(Source.SIMULATOR, MarketOverview())
    frame = json.dumps({"stream": "btcusdt@ticker", "data": frames.ticker()})
    made = list(normaliser.events_of(parse_frame(frame), received_at=RECEIVED_AT))
    assert made
    assert all(event.simulated for _, event in made)

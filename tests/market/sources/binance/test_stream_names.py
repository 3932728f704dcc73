"""Topics and the streams that serve them, both ways."""

import pytest

from streaming.events import Interval
from streaming.market.sources.binance.source import SOURCE
from streaming.market.sources.binance.stream_names import (
    OVERVIEW_STREAM,
    UnservedTopicError,
    split_stream,
    stream_of,
    topics_of,
)
from streaming.market.sources.source import streams_for
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule

SERVED = [
    (Topic(MarketKind.PRICE, "BTCUSDT"), "btcusdt@ticker"),
    (Topic(MarketKind.TICKER, "BTCUSDT"), "btcusdt@ticker"),
    (Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1), "btcusdt@kline_1m"),
    (Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MONTH_1), "btcusdt@kline_1M"),
    (Topic(MarketKind.TRADE, "1000SATSUSDT"), "1000satsusdt@trade"),
    (Topic(MarketKind.DEPTH, "BTCUSDT"), "btcusdt@depth10@100ms"),
    (Topic(MarketKind.DEPTH, "BTCUSDT", levels=100), "btcusdt@depth@100ms"),
    (Topic(MarketKind.PRICE, "币安人生USDT"), "币安人生usdt@ticker"),
    (Topic(MarketKind.OVERVIEW), OVERVIEW_STREAM),
]


@rule("1.1.7")
@pytest.mark.parametrize(("topic", "stream"), SERVED)
def test_it_names_the_stream_of_a_topic_and_the_topics_of_a_stream(topic: Topic, stream: str) -> None:
    assert stream_of(topic) == stream
    assert topic in topics_of(stream)


@rule("1.4.5")
def test_it_serves_several_topics_by_one_stream() -> None:
    price, ticker = Topic(MarketKind.PRICE, "BTCUSDT"), Topic(MarketKind.TICKER, "BTCUSDT")
    assert streams_for(SOURCE, [price, ticker]) == {"btcusdt@ticker"}
    assert topics_of("btcusdt@ticker") == (price, ticker)


@pytest.mark.parametrize("topic", [Topic("signal", "BTCUSDT"), Topic(MarketKind.CANDLE, "BTCUSDT"), Topic("orders")])
def test_it_refuses_a_topic_that_no_stream_serves(topic: Topic) -> None:
    with pytest.raises(UnservedTopicError):
        stream_of(topic)
    assert SOURCE.streams_of(topic) == frozenset()


@rule("1.4.2", "1.4.6", "1.4.7", "1.4.8", "1.4.10", "1.4.11")
@pytest.mark.parametrize(
    "stream",
    [
        "btcusdt@kline_7m",
        "btcusdt@aggTrade",
        "btcusdt@ticker_1h",
        "btcusdt@bookTicker",
        "btcusdt@avgPrice",
        "btcusdt@depth",
        "btcusdt@depth20@100ms",
        "btcusdt@blockTrade",
        "btcusdt@referencePrice",
        "btcusdt",
        "!ticker_1h@arr",
        "",
    ],
)
def test_it_knows_no_topic_of_a_foreign_stream(stream: str) -> None:
    assert topics_of(stream) == ()


def test_it_finds_no_symbol_in_a_stream_of_the_whole_market() -> None:
    assert split_stream("!miniTicker@arr").symbol == ""
    assert split_stream("ethusdt@depth20").symbol == "ETHUSDT"

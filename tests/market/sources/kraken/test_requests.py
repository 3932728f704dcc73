"""What Kraken is asked for, and how it spells pairs and intervals."""

import json

import pytest

from streaming.events import Interval
from streaming.market.sources.errors import ParseError
from streaming.market.sources.kraken.intervals import interval_of, minutes_of
from streaming.market.sources.kraken.requests import Channel, Subscription, ping, request
from streaming.market.sources.kraken.symbols import feed_name
from tests.exchange_rules.rules import rule


@rule("K.2")
def test_a_request_is_of_one_channel_and_says_whether_it_wants_a_snapshot() -> None:
    book = Subscription(channel=Channel.BOOK, symbols=("BTC/USD", "ETH/USD"), depth=10)
    assert json.loads(request("subscribe", book, 7)) == {
        "method": "subscribe",
        "params": {"channel": "book", "symbol": ["BTC/USD", "ETH/USD"], "depth": 10, "snapshot": True},
        "req_id": 7,
    }
    trades = Subscription(channel=Channel.TRADE, symbols=("BTC/USD",), has_snapshot=False)
    assert json.loads(request("subscribe", trades, 8))["params"]["snapshot"] is False


@rule("K.2", "K.6")
def test_the_end_of_candles_is_asked_for_with_their_minutes() -> None:
    candles = Subscription(channel=Channel.OHLC, symbols=("ALGO/USD",), interval=Interval.MINUTE_5)
    assert json.loads(request("unsubscribe", candles, 9)) == {
        "method": "unsubscribe",
        "params": {"channel": "ohlc", "symbol": ["ALGO/USD"], "interval": 5},
        "req_id": 9,
    }


@rule("K.2")
def test_a_ping_has_no_parameters_and_a_channel_of_all_pairs_no_symbol() -> None:
    assert json.loads(ping(3)) == {"method": "ping", "req_id": 3}
    asked = json.loads(request("subscribe", Subscription(channel=Channel.INSTRUMENT), 1))
    assert asked["params"] == {"channel": "instrument", "snapshot": True}


@rule("K.1")
@pytest.mark.parametrize(
    ("rest", "feed"),
    [("XBT/USD", "BTC/USD"), ("XDG/XBT", "DOGE/BTC"), ("AAPLx/USD", "AAPLx/USD"), ("XBTX/USD", "XBTX/USD")],
)
def test_it_spells_pairs_as_the_feed_does_and_never_changes_the_case(rest: str, feed: str) -> None:
    assert feed_name(rest) == feed


@rule("K.6")
def test_it_has_candles_of_seven_of_our_intervals_and_no_weeks_of_ours() -> None:
    assert [minutes_of(interval_of(minutes)) for minutes in (1, 5, 15, 30, 60, 240, 1440)] == [
        1,
        5,
        15,
        30,
        60,
        240,
        1440,
    ]
    with pytest.raises(ParseError):
        interval_of(10080)
    with pytest.raises(KeyError):
        minutes_of(Interval.WEEK_1)

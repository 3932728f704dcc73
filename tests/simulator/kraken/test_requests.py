"""Kraken's answers, word for word: one for each symbol, refusals without channel, and every request answered."""

from collections.abc import Collection
from typing import Any

import msgspec
import pytest

from streaming.simulator.following.fan_out import FeedKey
from streaming.simulator.kraken import requests

LISTED = ("BTC/USD", "ETH/USD")


class Subscriptions:
    """A session that remembers what it is subscribed to, and nothing else."""

    def __init__(self) -> None:
        self._keys: dict[FeedKey, bool] = {}

    @property
    def keys(self) -> Collection[FeedKey]:
        return self._keys

    def subscribe(self, key: FeedKey, *, has_snapshot: bool) -> None:
        self._keys[key] = has_snapshot

    def unsubscribe(self, key: FeedKey) -> None:
        del self._keys[key]


@pytest.fixture
def session() -> Subscriptions:
    return Subscriptions()


def asked(session: Subscriptions, **request: object) -> Any:
    return requests.answers(msgspec.json.encode(request), session, LISTED)


def subscribed(session: Subscriptions, **parameters: object) -> Any:
    return asked(session, method="subscribe", params=parameters)


def unsubscribed(session: Subscriptions, **parameters: object) -> Any:
    return asked(session, method="unsubscribe", params=parameters)


def test_each_symbol_is_answered_by_itself_with_the_id_of_the_request(session: Subscriptions) -> None:
    parameters = {"channel": "book", "symbol": ["BTC/USD", "XBT/USD", "ETH/USD"], "depth": 25, "snapshot": True}
    first, refused, last = asked(session, method="subscribe", params=parameters, req_id=7)
    result = {"channel": "book", "depth": 25, "snapshot": True, "symbol": "BTC/USD"}
    assert first == {"method": "subscribe", "result": result, "success": True, "req_id": 7}
    assert refused == {
        "error": "Currency pair not supported XBT/USD",
        "method": "subscribe",
        "success": False,
        "symbol": "XBT/USD",
        "req_id": 7,
    }
    assert last["result"]["symbol"] == "ETH/USD"
    assert len(session.keys) == 2


def test_a_warning_refuses_nothing(session: Subscriptions) -> None:
    [answer] = subscribed(session, channel="ohlc", symbol=["BTC/USD"], interval=5)
    assert answer["success"]
    assert answer["result"]["warnings"] == ["timestamp is deprecated, use interval_begin"]


@pytest.mark.parametrize("depth", [10, 25])
def test_a_book_is_subscribed_to_once_whatever_the_depth(session: Subscriptions, depth: int) -> None:
    subscribed(session, channel="book", symbol=["BTC/USD"])
    [answer] = subscribed(session, channel="book", symbol=["BTC/USD"], depth=depth)
    assert answer == {"error": "Already subscribed", "method": "subscribe", "success": False, "symbol": "BTC/USD"}


def test_who_unsubscribes_from_what_he_lacks_is_told_of_subscribing(session: Subscriptions) -> None:
    [answer] = unsubscribed(session, channel="trade", symbol=["BTC/USD"])
    assert (answer["error"], answer["method"]) == ("Subscription Not Found", "subscribe")


def test_unsubscribing_is_answered_without_snapshot(session: Subscriptions) -> None:
    subscribed(session, channel="ohlc", symbol=["BTC/USD"], interval=5)
    [answer] = unsubscribed(session, channel="ohlc", symbol=["BTC/USD"], interval=5)
    assert answer["result"] == {"channel": "ohlc", "interval": 5, "symbol": "BTC/USD"}
    assert not session.keys


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"channel": "book", "symbol": ["BTC/USD"], "depth": 27}, "Subscription depth not supported"),
        ({"channel": "ohlc", "symbol": ["BTC/USD"], "interval": 3}, "Subscription ohlc interval not supported"),
        ({"channel": "trade", "symbol": "BTC/USD"}, "Symbol field must be an array"),
        ({"channel": "level3", "symbol": ["BTC/USD"]}, "ESession:Invalid session"),
        ({"channel": "trades", "symbol": ["BTC/USD"]}, "Malformed request"),
        ({"channel": "trade"}, "Malformed request"),
    ],
)
def test_what_cannot_be_subscribed_to_is_refused_without_channel_and_symbol(
    session: Subscriptions, parameters: dict[str, object], words: str
) -> None:
    [answer] = subscribed(session, **parameters)
    assert answer == {"error": words, "method": "subscribe", "success": False}
    assert not session.keys


@pytest.mark.parametrize("message", ["no JSON", b"[]", b'{"method":"ping","req_id":"one"}', "[" * 100_000])
def test_what_is_no_request_is_malformed(session: Subscriptions, message: str | bytes) -> None:
    assert requests.answers(message, session, LISTED) == [
        {"error": "Malformed request", "method": "error", "success": False}
    ]


def test_a_ping_takes_an_id_alone(session: Subscriptions) -> None:
    assert asked(session, method="ping", req_id=1) == [{"method": "pong", "req_id": 1}]
    assert asked(session, method="ping") == [{"method": "pong"}]
    [answer] = asked(session, method="ping", params={}, req_id=0)
    assert answer["error"] == "Unsupported field: 'params' for the given msg type: ping"
    assert answer["req_id"] == 0


def test_an_unknown_method_is_an_unsupported_event(session: Subscriptions) -> None:
    [answer] = asked(session, method="add_order", params={})
    assert answer["error"] == "Unsupported event"

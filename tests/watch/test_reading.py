"""What is added to the client library's reading of frames."""

import json
from decimal import Decimal
from typing import Any

import pytest

from streaming.watch.reading import Acknowledgement, Greeting, moment, read
from tidewire_client import Dialect
from tidewire_client.reading.messages import News, Other, Ping, Refusal

_TIME = "2024-12-06T12:00:00.000Z"


@pytest.mark.parametrize(
    ("dialect", "frame", "told"),
    [
        (
            Dialect.MARKET,
            {"type": "connected", "data": {"clientId": "ws_1", "authenticated": False}, "timestamp": _TIME},
            Greeting("ws_1", authenticated=False, time=_TIME),
        ),
        (
            Dialect.TRADING,
            {"type": "connected", "clientId": "client_1", "timestamp": 1733486400000},
            Greeting("client_1", authenticated=True, time=_TIME),
        ),
        (
            Dialect.MARKET,
            {"type": "subscribed", "channel": "price:BTCUSDT", "timestamp": _TIME},
            Acknowledgement("subscribed", ("price:BTCUSDT",)),
        ),
        (
            Dialect.ZIGQUANT,
            {"type": "subscribed", "data": {"channels": ["grid.*", "system.log"], "active_subscriptions": 2}},
            Acknowledgement("subscribed", ("grid.*", "system.log")),
        ),
        (
            Dialect.ZIGQUANT,
            {"type": "unsubscribed", "data": {"channels": [], "active_subscriptions": 0}},
            Acknowledgement("unsubscribed", ()),
        ),
        (Dialect.ZIGQUANT, {"type": "ping", "timestamp": 1}, Ping()),
        (
            Dialect.TRADING,
            {"type": "error", "channel": "price:X", "message": "No", "code": "unknown_symbol"},
            Refusal("No", "unknown_symbol", "price:X"),
        ),
    ],
)
def test_it_reads_what_is_no_news(dialect: Dialect, frame: dict[str, Any], told: object) -> None:
    assert read(frame, dialect) == told


@pytest.mark.parametrize(
    ("dialect", "frame"),
    [
        (Dialect.MARKET, {"type": "kline", "channel": "klines:A:1m", "data": {"time": 1, "isFinal": True}}),
        (
            Dialect.TRADING,
            {
                "type": "data",
                "channel": "klines:A:1m",
                "data": {"type": "kline", "data": {"startTime": 1, "closed": True}},
            },
        ),
        (
            Dialect.ZIGQUANT,
            {"type": "event", "channel": "klines:A:1m", "event": "update", "data": {"time": 1, "isFinal": True}},
        ),
    ],
)
def test_it_reads_market_data_of_all_dialects_alike(dialect: Dialect, frame: dict[str, Any]) -> None:
    news = read({**frame, "timestamp": 0}, dialect)
    assert news == News("klines:A:1m", "kline", {"time": 1, "isFinal": True}, None, 0)


def test_it_keeps_the_digits_of_numbers() -> None:
    news = read({"type": "price", "channel": "price:A", "data": {"price": Decimal("1.50")}}, Dialect.MARKET)
    assert isinstance(news, News)
    assert str(news.data["price"]) == "1.50"


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "gone"},
        {"type": "subscribed"},
        {"type": "response", "id": "1", "success": True, "data": {}},
        {"type": "response", "id": "1", "success": False, "error": {"code": "X", "message": "y"}},
        {"type": "event", "channel": "a", "data": 3},
    ],
    ids=json.dumps,
)
def test_it_keeps_a_frame_of_an_unknown_type(frame: dict[str, Any]) -> None:
    assert read(frame, Dialect.MARKET) == Other(frame)


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (_TIME, _TIME),
        (1733486400000, _TIME),
        (1733486400007, "2024-12-06T12:00:00.007Z"),
        (10**20, str(10**20)),
        (None, "None"),
    ],
)
def test_it_writes_both_kinds_of_times_alike(time: object, text: str) -> None:
    assert moment(time) == text

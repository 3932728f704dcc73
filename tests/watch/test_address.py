import pytest

from streaming.watch.address import Endpoint, default_url, endpoint_of, rest_url
from streaming.watch.errors import WatchError
from tidewire_client import Dialect

_MARKET = "ws://prices.example.com/ws"
_TRADING = "ws://prices.example.com/ws/trading"


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "ws://127.0.0.1:8000/ws"),
        ({"PORT": ""}, "ws://127.0.0.1:8000/ws"),
        ({"PORT": "8001"}, "ws://127.0.0.1:8001/ws"),
    ],
)
def test_it_connects_where_the_demo_listens(environment: dict[str, str], url: str) -> None:
    assert default_url(environment) == url


@pytest.mark.parametrize(
    ("url", "asked", "expected"),
    [
        (_MARKET, None, Endpoint(_MARKET, Dialect.MARKET)),
        (_MARKET, Dialect.MARKET, Endpoint(_MARKET, Dialect.MARKET)),
        (_MARKET, Dialect.ZIGQUANT, Endpoint(_MARKET, Dialect.ZIGQUANT)),
        (_MARKET, Dialect.TRADING, Endpoint(_TRADING, Dialect.TRADING)),
        (_TRADING, None, Endpoint(_TRADING, Dialect.TRADING)),
        (_TRADING, Dialect.TRADING, Endpoint(_TRADING, Dialect.TRADING)),
        ("wss://a.example/x/ws/?y=1", Dialect.TRADING, Endpoint("wss://a.example/x/ws/trading?y=1", Dialect.TRADING)),
        ("WS://[::1]:81/ws", None, Endpoint("WS://[::1]:81/ws", Dialect.MARKET)),
        ("ws://bücher.example/ws", None, Endpoint("ws://bücher.example/ws", Dialect.MARKET)),
        ("ws://a.example", Dialect.TRADING, Endpoint("ws://a.example/ws/trading", Dialect.TRADING)),
    ],
)
def test_it_finds_the_endpoint_of_a_dialect(url: str, asked: Dialect | None, expected: Endpoint) -> None:
    assert endpoint_of(url, asked) == expected


@pytest.mark.parametrize("dialect", [Dialect.MARKET, Dialect.ZIGQUANT])
def test_it_refuses_another_dialect_where_trading_is_spoken(dialect: Dialect) -> None:
    with pytest.raises(WatchError, match=f"speaks the dialect trading, not {dialect}"):
        endpoint_of(_TRADING, dialect)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ws://",
        "ws:///ws",
        "http://a.example/ws",
        "a.example:8000/ws",
        "ws://a.example:port/ws",
        "ws://a.example:65536/ws",
        "ws://[::1/ws",
        "ws://a..example/ws",
        f"ws://{'a' * 64}.example/ws",
        "ws://a example/ws",
        "ws://a.example/ws\n",
        "ws://a.example/ws#part",
    ],
)
def test_it_refuses_what_is_no_websocket_address(url: str) -> None:
    with pytest.raises(WatchError, match="no WebSocket address"):
        endpoint_of(url, None)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ws://a.example:81/ws?token=x", "http://a.example:81/api"),
        ("wss://a.example/ws/trading", "https://a.example/api"),
    ],
)
def test_it_finds_rest_beside_the_socket(url: str, expected: str) -> None:
    assert rest_url(url, "/api") == expected

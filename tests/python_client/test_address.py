"""Addresses."""

import pytest

from tidewire_client import Dialect
from tidewire_client.address import endpoint_url, is_loopback, shown, with_parameter


@pytest.mark.parametrize(
    ("url", "dialect", "endpoint"),
    [
        ("ws://host/ws", Dialect.MARKET, "ws://host/ws"),
        ("ws://host/ws", Dialect.ZIGQUANT, "ws://host/ws"),
        ("ws://host/ws", Dialect.TRADING, "ws://host/ws/trading"),
        ("wss://host:8443/ws/", Dialect.TRADING, "wss://host:8443/ws/trading"),
        ("ws://host", Dialect.TRADING, "ws://host/ws/trading"),
        ("ws://host/ws/trading?theme=dark", Dialect.TRADING, "ws://host/ws/trading?theme=dark"),
        ("ws://host/ws?theme=dark", Dialect.TRADING, "ws://host/ws/trading?theme=dark"),
    ],
)
def test_trading_has_a_path_of_its_own(url: str, dialect: Dialect, endpoint: str) -> None:
    assert endpoint_url(url, dialect) == endpoint


@pytest.mark.parametrize(
    "url", ["", "host/ws", "https://host/ws", "ws://", "ws://host:99999/ws", "ws://host/ws#a", "ws://h\n/ws"]
)
def test_what_no_socket_can_be_at_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no WebSocket address"):
        endpoint_url(url, Dialect.MARKET)


def test_a_parameter_is_added_and_the_others_stay() -> None:
    assert with_parameter("ws://host/ws?a=&b=2", "token", "x/y+z") == "ws://host/ws?a=&b=2&token=x%2Fy%2Bz"


def test_what_is_shown_holds_no_secret() -> None:
    assert shown("wss://user:word@host:8443/ws?token=secret") == "wss://host:8443/ws"


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("ws://localhost/ws", True),
        ("ws://127.8.9.1/ws", True),
        ("ws://[::1]/ws", True),
        ("ws://host/ws", False),
        ("ws://10.0.0.1/ws", False),
    ],
)
def test_it_knows_this_machine(url: str, is_here: bool) -> None:
    assert is_loopback(url) is is_here

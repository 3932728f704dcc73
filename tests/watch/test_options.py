import argparse
from typing import Any

import pytest

from streaming.watch.address import Endpoint
from streaming.watch.errors import WatchError
from streaming.watch.options import LoginBy, WatchOptions, add_arguments, watch_options
from tidewire_client import Dialect

_DEFAULT = Endpoint("ws://127.0.0.1:8000/ws", Dialect.MARKET)


def _parsed(*arguments: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    return vars(parser.parse_args(arguments))


def test_it_watches_a_minute_without_a_login_by_default() -> None:
    assert watch_options(_parsed("price:BTCUSDT", "klines:BTCUSDT:1m"), {}) == WatchOptions(
        _DEFAULT, ("price:BTCUSDT", "klines:BTCUSDT:1m"), 60.0, LoginBy.HEADER, uses_ticket=False
    )


def test_it_takes_what_it_is_given() -> None:
    given = _parsed(
        "*", "--url", "wss://a.example/ws", "--dialect", "zigquant-v2", "--seconds", "2.5", "--auth", "query"
    )
    assert watch_options(given, {"PORT": "1"}) == WatchOptions(
        Endpoint("wss://a.example/ws", Dialect.ZIGQUANT), ("*",), 2.5, LoginBy.QUERY
    )


def test_it_watches_for_ever() -> None:
    assert watch_options(_parsed("a:b", "--forever"), {}).seconds is None


def test_it_asks_for_each_channel_once() -> None:
    assert watch_options(_parsed("a:b", "c:d", "a:b"), {}).channels == ("a:b", "c:d")


def test_it_takes_the_port_of_the_environment() -> None:
    assert watch_options(_parsed("a:b"), {"PORT": "8001"}).endpoint.url == "ws://127.0.0.1:8001/ws"


def test_it_takes_a_pace() -> None:
    assert watch_options(_parsed("a:b", "--throttle-ms", "1000"), {}).throttle_ms == 1000
    assert watch_options(_parsed("a:b"), {}).throttle_ms is None


@pytest.mark.parametrize("pace", ["0", "-1", "60001", "9999999", "1.5", "soon", ""])
def test_it_refuses_a_pace_that_is_none(pace: str) -> None:
    with pytest.raises(argparse.ArgumentError, match="a whole number of ms from 1 to 60000"):
        _parsed("a:b", f"--throttle-ms={pace}")


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon", ""])
def test_it_refuses_a_time_that_is_none(seconds: str) -> None:
    with pytest.raises(argparse.ArgumentError, match="more than 0 seconds"):
        _parsed("a:b", f"--seconds={seconds}")


@pytest.mark.parametrize(
    "contradiction",
    [("--seconds", "1", "--forever"), ("--token", "a", "--login", "b"), ("--token-file", "a", "--token", "b")],
)
def test_it_refuses_options_that_exclude_each_other(contradiction: tuple[str, ...]) -> None:
    with pytest.raises(argparse.ArgumentError, match="not allowed with"):
        _parsed("a:b", *contradiction)


def test_it_refuses_a_first_frame_where_only_the_handshake_logs_in() -> None:
    with pytest.raises(WatchError, match="wants its login in the handshake"):
        watch_options(_parsed("a:b", "--dialect", "trading", "--auth", "first-frame"), {})


def test_it_refuses_a_ticket_sent_another_way() -> None:
    with pytest.raises(WatchError, match="either --ticket or --auth"):
        watch_options(_parsed("a:b", "--ticket", "--auth", "first-frame"), {})

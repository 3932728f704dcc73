"""What the command line asks for."""

import argparse
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from streaming.watch.address import Endpoint, default_url, endpoint_of
from streaming.watch.errors import WatchError
from tidewire_client import Dialect

DEFAULT_SECONDS = 60.0
_LONGEST_THROTTLE_MS = 60_000
DESCRIPTION = (
    "Subscribe to channels like any other client and print what comes, a line for each event with the seconds since "
    "the start. Channels are price:BTCUSDT, ticker:ETHUSDT, klines:SOLUSDT:5m, trades:BTCUSDT, depth:BTCUSDT, "
    "market:overview, system.health, 'grid.*' and all others of docs/protocol/. A connection that is lost is made "
    "again, and a line tells it. Ends with 0 after its time or at Ctrl-C, with 1 where it could not connect, was "
    "refused, or the server closed the connection for good. Colours appear on a terminal only, and never where "
    "NO_COLOR is set."
)


class LoginBy(StrEnum):
    """How a token reaches the server."""

    HEADER = "header"
    QUERY = "query"
    FIRST_FRAME = "first-frame"


class WatchOptions(msgspec.Struct, frozen=True):
    """What to watch, where and for how long; `seconds` is None for ever, `throttle_ms` None for all that comes."""

    endpoint: Endpoint
    channels: tuple[str, ...]
    seconds: float | None = DEFAULT_SECONDS
    login_by: LoginBy = LoginBy.HEADER
    uses_ticket: bool = False
    throttle_ms: int | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare all arguments."""
    parser.add_argument("channels", nargs="+", metavar="CHANNEL", help="what to subscribe to, such as price:BTCUSDT")
    parser.add_argument(
        "--throttle-ms",
        type=_throttle,
        metavar="N",
        help="at most one frame of each channel in N ms, the newest; trades and final candles come all the same",
    )
    _add_time(parser)
    _add_address(parser)
    _add_login(parser)


def watch_options(given: Mapping[str, Any], environment: Mapping[str, str]) -> WatchOptions:
    """Return what the parsed arguments ask for; raise `WatchError` where they contradict each other."""
    endpoint = endpoint_of(given["url"] or default_url(environment), given["dialect"])
    login_by: LoginBy = given["auth"]
    if login_by is LoginBy.FIRST_FRAME and endpoint.dialect is Dialect.TRADING:
        raise WatchError("The dialect trading wants its login in the handshake: --auth header or --auth query.")
    if login_by is not LoginBy.HEADER and given["ticket"]:
        raise WatchError("A ticket has a way of its own: give either --ticket or --auth.")
    channels = tuple(dict.fromkeys(given["channels"]))
    return WatchOptions(endpoint, channels, given["seconds"], login_by, given["ticket"], given["throttle_ms"])


def _add_time(parser: argparse.ArgumentParser) -> None:
    time = parser.add_mutually_exclusive_group()
    time.add_argument(
        "--seconds", type=_seconds, default=DEFAULT_SECONDS, help="how long to watch (default: %(default)g)"
    )
    time.add_argument("--forever", dest="seconds", action="store_const", const=None, help="watch until Ctrl-C")


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="where to connect (default: ws://127.0.0.1:8000/ws, or at the port PORT names)")
    parser.add_argument(
        "--dialect",
        type=Dialect,
        choices=list(Dialect),
        metavar="DIALECT",
        help="market, trading (at /ws/trading) or zigquant-v2 (default: what the address speaks)",
    )


def _add_login(parser: argparse.ArgumentParser) -> None:
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--token", help="an access token; others on this machine can see it in the list of processes")
    who.add_argument("--token-file", metavar="FILE", help="a file that holds an access token")
    who.add_argument("--login", metavar="USER", help="ask for USER's password, and get a token for it")
    parser.add_argument(
        "--ticket", action="store_true", help="get a one-time ticket for the token, and connect with that"
    )
    parser.add_argument(
        "--auth",
        type=LoginBy,
        choices=list(LoginBy),
        metavar="WAY",
        default=LoginBy.HEADER,
        help="how the token reaches the server: header (the default), query, or first-frame. Without any of the "
        "options above, the token is the variable TIDEWIRE_TOKEN's; without that, nobody is logged in",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"more than 0 seconds, and a number, not {text!r}; for ever is --forever")
    return seconds


def _throttle(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(_LONGEST_THROTTLE_MS))
    if not is_number or not 1 <= int(text) <= _LONGEST_THROTTLE_MS:
        raise argparse.ArgumentTypeError(f"a whole number of ms from 1 to {_LONGEST_THROTTLE_MS}, not {text!r}")
    return int(text)

"""Where to connect, and in which dialect. Pure."""

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import msgspec

from streaming.watch.errors import WatchError
from tidewire_client import Dialect
from tidewire_client.address import endpoint_url, shown

_REST_SCHEMES = {"ws": "http", "wss": "https"}
_TRADING_ENDING = "/trading"


class Endpoint(msgspec.Struct, frozen=True):
    """An address to connect to, and the dialect to speak there."""

    url: str
    dialect: Dialect


def default_url(environment: Mapping[str, str]) -> str:
    """Return where `make demo` listens on this machine; the variable PORT names another port."""
    return f"ws://127.0.0.1:{environment.get('PORT') or '8000'}/ws"


def endpoint_of(url: str, dialect: Dialect | None) -> Endpoint:
    """Return where to connect: `…/trading` speaks the trading dialect, everything else the others.

    The trading dialect at another path leads to its own one beside it. Raise `WatchError` where that can't be.
    """
    try:
        is_trading = urlsplit(url).path.endswith(_TRADING_ENDING)
        spoken = dialect or (Dialect.TRADING if is_trading else Dialect.MARKET)
        endpoint = Endpoint(endpoint_url(url, spoken), spoken)
    except ValueError:
        sentence = "This is no WebSocket address: one is ws:// or wss://, a host, perhaps a port, and a path."
        raise WatchError(sentence) from None
    if is_trading and spoken is not Dialect.TRADING:
        raise WatchError(f"{shown(url)} speaks the dialect trading, not {dialect}: use its address without /trading.")
    return endpoint


def rest_url(url: str, path: str) -> str:
    """Return the address of a REST path on the server of a socket's address."""
    parts = urlsplit(url)
    return urlunsplit((_REST_SCHEMES[parts.scheme], parts.netloc, path, "", ""))

"""Where to connect, and in which dialect. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from streaming.watch.errors import WatchError

_REST_SCHEMES = {"ws": "http", "wss": "https"}
_TRADING_ENDING = "/trading"


class Dialect(StrEnum):
    """The ways to spell the protocol."""

    MARKET = "market"
    TRADING = "trading"
    ZIGQUANT = "zigquant-v2"


class Endpoint(msgspec.Struct, frozen=True):
    """An address to connect to, and the dialect to speak there."""

    url: str
    dialect: Dialect

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol to ask for."""
        return Dialect.ZIGQUANT.value if self.dialect is Dialect.ZIGQUANT else None


def default_url(environment: Mapping[str, str]) -> str:
    """Return where `make demo` listens on this machine; the variable PORT names another port."""
    return f"ws://127.0.0.1:{environment.get('PORT') or '8000'}/ws"


def endpoint_of(url: str, dialect: Dialect | None) -> Endpoint:
    """Return where to connect: `…/trading` speaks the trading dialect, everything else the others.

    The trading dialect at another path leads to its own one beside it. Raise `WatchError` where that can't be.
    """
    if not _is_socket_address(url):
        raise WatchError("This is no WebSocket address: one is ws:// or wss://, a host, perhaps a port, and a path.")
    parts = urlsplit(url)
    is_trading = parts.path.endswith(_TRADING_ENDING)
    if is_trading and dialect not in (None, Dialect.TRADING):
        raise WatchError(f"{shown(url)} speaks the dialect trading, not {dialect}: use its address without /trading.")
    if dialect is Dialect.TRADING and not is_trading:
        url = urlunsplit(parts._replace(path=(parts.path.rstrip("/") or "/ws") + _TRADING_ENDING))
    return Endpoint(url, dialect or (Dialect.TRADING if is_trading else Dialect.MARKET))


def _is_socket_address(url: str) -> bool:
    """Return whether a socket can be at `url`: of which a name can be looked up, and a request line made."""
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        name, _port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return parts.scheme in _REST_SCHEMES and bool(name) and not parts.fragment


def with_parameter(url: str, name: str, value: str) -> str:
    """Return `url` with one more parameter in its query."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), (name, value)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def rest_url(url: str, path: str) -> str:
    """Return the address of a REST path on the server of a socket's address."""
    parts = urlsplit(url)
    return urlunsplit((_REST_SCHEMES[parts.scheme], parts.netloc, path, "", ""))


def shown(url: str) -> str:
    """Return `url` without what may be secret: its query, and a user and password before the host."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))

"""Where to connect, and what may be said of it. Pure."""

import ipaddress
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tidewire_client.dialects.base import Dialect

_SCHEMES = ("ws", "wss")
_TRADING_ENDING = "/trading"


def endpoint_url(url: str, dialect: Dialect) -> str:
    """Return where `dialect` is spoken on the server whose socket is at `url`: trading has its own path.

    Raise `ValueError` for what is no WebSocket address.
    """
    if not _is_socket_address(url):
        raise ValueError("this is no WebSocket address: one is ws:// or wss://, a host, perhaps a port, and a path")
    parts = urlsplit(url)
    if dialect is not Dialect.TRADING or parts.path.endswith(_TRADING_ENDING):
        return url
    return urlunsplit(parts._replace(path=(parts.path.rstrip("/") or "/ws") + _TRADING_ENDING))


def with_parameter(url: str, name: str, value: str) -> str:
    """Return `url` with one more parameter in its query."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), (name, value)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def shown(url: str) -> str:
    """Return `url` without what may be secret: its query, and a user and password before the host."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def is_loopback(url: str) -> bool:
    """Return whether the host of `url` is this machine: no proxy leads there, whatever the environment says."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_socket_address(url: str) -> bool:
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        name, _port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(name) and not parts.fragment

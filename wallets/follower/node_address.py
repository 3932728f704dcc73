"""Addresses of nodes in what is told: they hold keys, so that only the host's name is said. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"\b(?:wss?|https?)://[^\s'\"]+", re.IGNORECASE)
_NO_HOST = "a node"
_MASK = "***"


def host_of(url: str) -> str:
    """Return the name of the host in an address, without user, path and query; `a node` where there is none."""
    try:
        return urlsplit(url).hostname or _NO_HOST
    except ValueError:
        return _NO_HOST


def masked(url: str) -> str:
    """Return an address with its scheme and host, and `***` for the rest where there is any: that may be a key."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return _MASK
    if host is None:
        return _MASK
    is_whole = parts.username is None and parts.path in ("", "/") and not parts.query and not parts.fragment
    shown = f"[{host}]" if ":" in host else host
    shown = f"{parts.scheme}://{shown}" + ("" if port is None else f":{port}")
    return shown if is_whole else f"{shown}/{_MASK}"


def is_masked(given: object) -> bool:
    """Return whether something is an address as `masked` leaves it, its rest unknown."""
    return isinstance(given, str) and given.endswith(_MASK)


def unmasked(given: Iterable[Any], stored: Sequence[str]) -> list[Any]:
    """Return what was given, each stored address in place of what `masked` makes of it; of several alike, in order."""
    waiting: dict[str, list[str]] = {}
    for url in stored:
        waiting.setdefault(masked(url), []).append(url)
    return [waiting[one].pop(0) if isinstance(one, str) and waiting.get(one) else one for one in given]


def without_addresses(text: str, urls: Iterable[str]) -> str:
    """Return a text with the host's name in place of each of these addresses, and of any other in it."""
    for url in sorted(urls, key=len, reverse=True):
        text = text.replace(url, host_of(url))
    return _ADDRESS.sub(lambda found: host_of(found[0]), text)

"""Addresses of nodes in what is told: they hold keys, so that only the host's name is said. Pure."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"\b(?:wss?|https?)://[^\s'\"]+", re.IGNORECASE)
_NO_HOST = "a node"


def host_of(url: str) -> str:
    """Return the name of the host in an address, without user, path and query; `a node` where there is none."""
    try:
        return urlsplit(url).hostname or _NO_HOST
    except ValueError:
        return _NO_HOST


def without_addresses(text: str, urls: Iterable[str]) -> str:
    """Return a text with the host's name in place of each of these addresses, and of any other in it."""
    for url in sorted(urls, key=len, reverse=True):
        text = text.replace(url, host_of(url))
    return _ADDRESS.sub(lambda found: host_of(found[0]), text)

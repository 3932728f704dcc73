"""Which of several Redis hosts has what: each topic lives whole on one of them, the same in every process. Pure.

The host of a name is the one with the highest score for it (rendezvous hashing, Thaler and Ravishankar, "Using
Name-Based Mappings to Increase Hit Rates", 1998). So the order of the addresses says nothing, and a host more takes
its share of the names from all others, while no other name moves.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar
from urllib.parse import urlsplit

from streaming.layer.groups import host_key

SCHEMES = ("redis", "rediss", "unix")
_DEFAULT_PORT = 6379
_REMEMBERED_NAMES = 100_000

Named = TypeVar("Named")


class RedisHosts:
    """The hosts, by their names: where they are, without logins and options, which may change.

    Raise `ValueError` where an address is none, or two are of one host.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self.urls: Mapping[str, str] = {host_name(url): url for url in urls}
        if not urls:
            raise ValueError("no address of a Redis host")
        if len(self.urls) < len(urls):
            raise ValueError("one Redis host is named twice")
        self.names = tuple(self.urls)
        self._of_place = lru_cache(_REMEMBERED_NAMES)(self._scored_highest)

    def of(self, name: str) -> str:
        """Return the host of a group, or of a topic's key; a user's topics are where their group is."""
        return self.names[0] if len(self.names) == 1 else self._of_place(host_key(name))

    def shares(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Return names by their hosts, in their order."""
        shares: dict[str, list[str]] = {}
        for name in names:
            shares.setdefault(self.of(name), []).append(name)
        return shares

    def _scored_highest(self, place: str) -> str:
        return max(self.names, key=lambda host: _score(host, place))


def host_name(url: str) -> str:
    """Return what a host is called, from its address: `host:port/database`; raise `ValueError` where that is none."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"an address of Redis begins with one of {', '.join(f'{one}://' for one in SCHEMES)}")
    if parts.scheme == "unix":
        return parts.path
    if not parts.hostname:
        raise ValueError("an address of Redis names no host")
    return f"{parts.hostname}:{parts.port or _DEFAULT_PORT}/{parts.path.strip('/') or '0'}"


def _score(host: str, place: str) -> bytes:
    return blake2b(f"{host} {place}".encode(), digest_size=8).digest()

"""Which connections operators see: those that a text finds, the first of an order, as many as asked for. Pure."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Protocol, TypeVar

import msgspec

ANONYMOUS = "anonymous"
"""The word by which those are found who haven't logged in."""


class ConnectionSort(StrEnum):
    """What connections are sorted by."""

    SINCE = "since"
    USER = "user"
    ADDRESS = "address"
    DIALECT = "dialect"
    GATEWAY = "gateway"
    SUBSCRIPTIONS = "subscriptions"
    SENT = "sent"
    WAITING_BYTES = "waiting_bytes"


class Selectable(Protocol):
    """What a connection is found and sorted by; as many are looked at, each of it is read only where it is needed."""

    @property
    def client_id(self) -> str: ...
    @property
    def gateway(self) -> str: ...
    @property
    def dialect(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def connected_since(self) -> int: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def username(self) -> str: ...
    @property
    def subscriptions(self) -> int: ...
    @property
    def sent(self) -> int: ...
    @property
    def waiting_bytes(self) -> int: ...


_KEYS: Mapping[ConnectionSort, Callable[[Selectable], Any]] = {
    ConnectionSort.SINCE: lambda one: one.connected_since,
    ConnectionSort.USER: lambda one: (one.user_id is None, one.username.casefold()),
    ConnectionSort.ADDRESS: lambda one: one.address,
    ConnectionSort.DIALECT: lambda one: one.dialect,
    ConnectionSort.GATEWAY: lambda one: one.gateway,
    ConnectionSort.SUBSCRIPTIONS: lambda one: one.subscriptions,
    ConnectionSort.SENT: lambda one: one.sent,
    ConnectionSort.WAITING_BYTES: lambda one: one.waiting_bytes,
}


Connection = TypeVar("Connection", bound=Selectable)


class ConnectionSelection(msgspec.Struct, frozen=True, kw_only=True):
    """The first `limit` connections, by `sort`, of those in which each of `words` is found.

    A word is found in a user's name, an address, the name of a dialect or a gateway, or a connection's id, in whichever
    case. Those that sort alike stand by age.
    """

    words: tuple[str, ...] = ()
    sort: ConnectionSort = ConnectionSort.SINCE
    descending: bool = False
    limit: int

    def finds(self, connection: Selectable) -> bool:
        """Return whether every word is in what is known of the connection."""
        if not self.words:
            return True
        user = ANONYMOUS if connection.user_id is None else connection.username
        texts = (user, connection.address, connection.dialect, connection.gateway, connection.client_id)
        text = "\n".join(texts).casefold()
        return all(word in text for word in self.words)

    def first(self, connections: Iterable[Connection]) -> list[Connection]:
        """Return the first of them, in their order; it costs little more than looking at each once."""
        key = _KEYS[self.sort]
        choose = heapq.nlargest if self.descending else heapq.nsmallest
        return choose(self.limit, connections, key=lambda one: (key(one), one.connected_since, one.client_id))


def words_of(text: str) -> tuple[str, ...]:
    """Return what is searched for: the words of a text."""
    return tuple(text.casefold().split())

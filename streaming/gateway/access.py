"""Who may read which topic. Pure: an identity, a topic, what is known of symbols and instances."""

from collections.abc import Callable
from typing import Protocol

from streaming.gateway import errors
from streaming.gateway.identity import Identity
from streaming.topics import ME, SYMBOL_KINDS, Access, Kind, Topic, TopicRegistry

_NEVER_OWNED = frozenset({Kind.WALLET, Kind.TRANSACTION})
"""Kinds whose owners come with a later part: until then they belong to nobody."""


class KnownSymbols(Protocol):
    """What the gateway asks of the symbol directory."""

    @property
    def bases(self) -> frozenset[str]:
        """The base assets of all known symbols."""
        ...

    def is_trading(self, symbol: str) -> bool:
        """Return whether the exchange knows the symbol and trades it."""
        ...


def check(topic: Topic, identity: Identity | None, registry: TopicRegistry) -> None:
    """Raise `RefusedError` where `identity` (None: not logged in) may not read `topic`."""
    access = registry[topic.kind].access
    if access is Access.ANYONE:
        return
    if identity is None:
        raise errors.authentication_required()
    if not _MAY_READ[access](topic, identity):
        raise errors.forbidden()


def check_symbol(topic: Topic, symbols: KnownSymbols) -> None:
    """Raise `RefusedError` where the topic names a symbol that the exchange doesn't trade."""
    if topic.kind in SYMBOL_KINDS and not symbols.is_trading(topic.symbol):
        raise errors.unknown_symbol(topic.symbol)
    if topic.kind is Kind.COMBINED_PRICE and topic.symbol.removesuffix("-USD") not in symbols.bases:
        raise errors.unknown_symbol(topic.symbol)


def names_symbol(topic: Topic) -> bool:
    """Return whether `check_symbol` needs the symbols to be known."""
    return topic.kind in SYMBOL_KINDS or topic.kind is Kind.COMBINED_PRICE


def _may_read_with_login(topic: Topic, identity: Identity) -> bool:
    """Everybody's names, one's own, and wildcards; an instance that doesn't exist is refused like someone else's."""
    if topic.kind is not Kind.INSTANCE:
        return True
    return topic.name.split(".")[1] == "*"


def _may_read_as_owner(topic: Topic, identity: Identity) -> bool:
    if topic.kind in _NEVER_OWNED:
        return False
    return identity.is_staff or topic.owner in {ME, identity.user_id}


def _may_read_as_staff(topic: Topic, identity: Identity) -> bool:
    return identity.is_staff


_MAY_READ: dict[Access, Callable[[Topic, Identity], bool]] = {
    Access.LOGIN: _may_read_with_login,
    Access.OWNER: _may_read_as_owner,
    Access.STAFF: _may_read_as_staff,
}

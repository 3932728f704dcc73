"""Who may read which topic: an identity, a topic, what is known of symbols and of the owners of instances."""

from typing import Protocol

import msgspec

from streaming import dotted_names, patterns
from streaming.gateway import errors
from streaming.identity.identity import Identity
from streaming.identity.scopes import Scope, scope_refusal
from streaming.topics import ME, SYMBOL_KINDS, Access, Kind, Topic, TopicRegistry

_LOOKED_UP = frozenset({Kind.WALLET, Kind.TRANSACTION})
"""Kinds whose topics have owners that only their part knows; without it they belong to nobody."""


class KnownSymbols(Protocol):
    """What the gateway asks of the symbol directory."""

    @property
    def bases(self) -> frozenset[str]:
        """The base assets of all known symbols."""
        ...

    def is_trading(self, symbol: str) -> bool:
        """Return whether the exchange knows the symbol and trades it."""
        ...


async def permitted(topic: Topic, identity: Identity | None, registry: TopicRegistry) -> Topic:
    """Return `topic` with its owner, where `identity` (None: not logged in) may read it; else raise `RefusedError`.

    What belongs to nobody doesn't exist, and is refused like what is someone else's. Raise what an owner lookup raises.
    """
    if registry[topic.kind].access is Access.ANYONE:
        return topic
    if identity is None:
        raise errors.authentication_required()
    if (refusal := scope_refusal(identity.scopes, Scope.READ)) is not None:
        raise errors.outside_scopes(refusal)
    owned = _owned_name(topic)
    if owned is not None:
        topic = msgspec.structs.replace(topic, owner=_owner_for(identity, await registry.owners(*owned)))
    elif topic.owner == ME:
        topic = msgspec.structs.replace(topic, owner=identity.user_id)
    if not may_read(topic, identity):
        raise errors.forbidden()
    return topic


def may_read(topic: Topic, identity: Identity) -> bool:
    """Return whether `identity` may read a topic whose owner is known: staff all, others what is not another's."""
    if identity.is_staff:
        return True
    return topic.owner in {"", identity.user_id} and not (topic.is_dotted and dotted_names.is_for_staff(topic.name))


def covers(held: Topic, asked: Topic) -> bool:
    """Return whether who reads `held` hears of `asked`, whose owner may be `me`: whoever reads."""
    if held.is_dotted and asked.is_dotted:
        return patterns.can_match(held.name, asked.name)
    return (msgspec.structs.replace(held, owner=ME) if asked.owner == ME else held) == asked


def check_symbol(topic: Topic, symbols: KnownSymbols) -> None:
    """Raise `RefusedError` where the topic names a symbol that the exchange doesn't trade."""
    if topic.kind in SYMBOL_KINDS and not symbols.is_trading(topic.symbol):
        raise errors.unknown_symbol(topic.symbol)
    if topic.kind is Kind.COMBINED_PRICE and topic.symbol.removesuffix("-USD") not in symbols.bases:
        raise errors.unknown_symbol(topic.symbol)


def names_symbol(topic: Topic) -> bool:
    """Return whether `check_symbol` needs the symbols to be known."""
    return topic.kind in SYMBOL_KINDS or topic.kind is Kind.COMBINED_PRICE


def _owned_name(topic: Topic) -> tuple[str, str] | None:
    """Return the category and the name whose owners have to be looked up, if there is such a thing in the topic."""
    if topic.kind in _LOOKED_UP:
        return topic.kind.value, topic.name
    return dotted_names.instance_of(topic.name) if topic.kind is Kind.INSTANCE else None


def _owner_for(identity: Identity, owners: frozenset[str]) -> str:
    """Return which of the owners the reader reads as: oneself, else, for staff, any; raise where that is none."""
    if identity.user_id in owners:
        return identity.user_id
    if not owners or not identity.is_staff:
        raise errors.forbidden()
    return min(owners)

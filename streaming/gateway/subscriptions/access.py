"""Who may read which topic: an identity, a topic, what is known of symbols and of the owners of instances."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from streaming.events import Source
from streaming.gateway import errors
from streaming.gateway.errors import InvalidSinceError
from streaming.identity.identity import Identity
from streaming.identity.scopes import Scope, scope_refusal
from streaming.topics import patterns
from streaming.topics.patterns import WILDCARD
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import ME, Names, Topic, UnknownChannelError


class KnownSymbols(Protocol):
    """What the gateway asks of the symbol directory."""

    def is_trading(self, symbol: str) -> bool:
        """Return whether the exchange knows the symbol and trades it."""
        ...


async def permitted(topic: Topic, identity: Identity | None, registry: TopicRegistry) -> Topic:
    """Return `topic` with its owner, where `identity` (None: not logged in) may read it; else raise `RefusedError`.

    What belongs to nobody doesn't exist: that is told to staff alone, others are refused it like someone else's.
    Raise what an owner lookup raises.
    """
    if registry.is_public(topic):
        return topic
    identity = _private_reader(identity)
    owners = await registry.owners(topic)
    if owners is not None:
        topic = msgspec.structs.replace(topic, owner=_owner_for(identity, owners))
    elif topic.owner == ME:
        topic = msgspec.structs.replace(topic, owner=identity.user_id)
    check_readable(topic, identity, registry)
    return topic


def check_readable(topic: Topic, identity: Identity | None, registry: TopicRegistry) -> None:
    """Raise `RefusedError` where `identity` (None: not logged in) may not read a topic whose owner is known."""
    if not registry.is_public(topic) and not may_read(topic, _private_reader(identity), registry):
        raise errors.forbidden()


def _private_reader(identity: Identity | None) -> Identity:
    """Return who reads, where that one may read what isn't public; else raise `RefusedError`."""
    if identity is None:
        raise errors.authentication_required()
    if (refusal := scope_refusal(identity.scopes, Scope.READ)) is not None:
        raise errors.outside_scopes(refusal)
    return identity


def may_read(topic: Topic, identity: Identity, registry: TopicRegistry) -> bool:
    """Return whether `identity` may read a topic whose owner is known: staff all, others what is not another's."""
    if identity.is_staff:
        return True
    is_for_staff = topic.is_dotted and registry.dotted.is_for_staff(topic.name)
    return topic.owner in {"", identity.user_id} and not is_for_staff


def covers(held: Topic, asked: Topic) -> bool:
    """Return whether who reads `held` hears of `asked`, whose owner may be `me`: whoever reads."""
    if held.is_dotted and asked.is_dotted:
        return patterns.can_match(held.name, asked.name)
    return (msgspec.structs.replace(held, owner=ME) if asked.owner == ME else held) == asked


def check_symbol(topic: Topic, symbols: KnownSymbols, registry: TopicRegistry) -> None:
    """Raise `RefusedError` where the topic names a symbol that the exchange doesn't trade."""
    if names_symbol(topic, registry) and not symbols.is_trading(topic.symbol):
        raise errors.unknown_symbol(topic.symbol)


def names_symbol(topic: Topic, registry: TopicRegistry) -> bool:
    """Return whether `check_symbol` needs the symbols to be known."""
    kind = registry.kind_of(topic)
    return kind is not None and kind.names is Names.SYMBOL and topic.source is not Source.COMBINED


def _owner_for(identity: Identity, owners: frozenset[str]) -> str:
    """Return which of the owners the reader reads as: oneself, else, for staff, any; raise where that is none."""
    if identity.user_id in owners:
        return identity.user_id
    if not identity.is_staff:
        raise errors.forbidden()
    if not owners:
        raise errors.not_found()
    return min(owners)


def check_since(channels: Iterable[str], registry: TopicRegistry) -> None:
    """Raise `InvalidSinceError` where one of the channels that a client wants to resume can't be.

    One that has nothing but states has no numbers, and a pattern's channels have each their own.
    """
    for channel in channels:
        try:
            topic = registry.parse(channel)
        except UnknownChannelError:
            continue  # it is refused as such
        if topic.is_dotted and WILDCARD in topic.name:
            raise InvalidSinceError(f"since names {channel}: name the channels that it matches")
        if not registry.has_sequence(topic) and registry.is_there(topic):
            raise InvalidSinceError(f"since names {channel}, of which only the newest value counts")

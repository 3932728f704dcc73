"""The usual kinds of topics, each in one line of an app's declaration. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from streaming.events import BaseEvent
from streaming.topics.topic import ME, Access, Exists, Names, OwnerLookup, Snapshot, Topic, TopicKind, TopicOf

_HEXADECIMAL_PREFIX = "0x"
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
"""An address or a hash of an Ethereum-style chain without its prefix."""


def symbol_kind(name: str, *heads: str, event: type[BaseEvent], is_planned: bool = False) -> TopicKind:
    """Return the kind of topics of one symbol of the exchange, for anyone: `ticker:BTCUSDT`."""

    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        return Topic(name, arguments[0]) if len(arguments) == 1 and arguments[0] else None

    return TopicKind(
        name=name,
        heads=heads,
        access=Access.ANYONE,
        event=event,
        parse=parse,
        topic_of=lambda told, _: Topic(name, told.symbol),
        spellings=("{symbol}",),
        names=Names.SYMBOL,
        is_planned=is_planned,
    )


def public_kind(
    name: str,
    *,
    event: type[BaseEvent],
    name_of: Callable[[Any], str],
    spelling: str = "{name}",
    exists: Exists | None = None,
    snapshot: Snapshot | None = None,
    is_planned: bool = False,
) -> TopicKind:
    """Return the kind of topics that anyone may read: `blocks:ethereum`.

    `name_of` returns the name in an event, `spelling` is what that is (`{chain}`); without `exists` any name is one.
    """
    return TopicKind(
        name=name,
        heads=(f"{name}:",),
        access=Access.ANYONE,
        event=event,
        parse=_name_parser(name),
        topic_of=lambda told, _: Topic(name, name=canonical_name(name_of(told))),
        spellings=(spelling,),
        exists=exists,
        snapshot=snapshot,
        is_planned=is_planned,
    )


def own_kind(
    name: str, *, event: type[BaseEvent], snapshot: Snapshot | None = None, is_planned: bool = False
) -> TopicKind:
    """Return the kind of the one topic that each user has, and that nobody else reads: `alerts`."""

    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        return None if arguments else Topic(name, owner=ME)

    return TopicKind(
        name=name,
        heads=(name,),
        access=Access.LOGIN,
        event=event,
        parse=parse,
        topic_of=_of_owner(name),
        snapshot=snapshot,
        is_planned=is_planned,
    )


def user_kind(
    name: str, *, event: type[BaseEvent], snapshot: Snapshot | None = None, is_planned: bool = False
) -> TopicKind:
    """Return the kind of topics that name their user, whom staff may read, too: `orders:me`, `orders:7`."""

    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        return Topic(name, owner=arguments[0]) if len(arguments) == 1 and arguments[0] else None

    return TopicKind(
        name=name,
        heads=(f"{name}:",),
        access=Access.OWNER,
        event=event,
        parse=parse,
        topic_of=_of_owner(name),
        spellings=("{user}",),
        snapshot=snapshot,
        is_planned=is_planned,
    )


def owned_kind(
    name: str,
    *,
    event: type[BaseEvent],
    owners: OwnerLookup | None,
    name_of: Callable[[Any], str],
    spelling: str = "{name}",
    further_names_of: Callable[[Any], Sequence[str]] | None = None,
    snapshot: Snapshot | None = None,
    is_planned: bool = False,
) -> TopicKind:
    """Return the kind of topics that name what several users may own: `wallet:0xabc`.

    `name_of` returns that of an event, `further_names_of` those under which workers read it, too; `spelling` is what
    they name (`{address}`).
    """

    def further_topics(told: Any, owner: str) -> Sequence[Topic]:
        names = () if further_names_of is None else further_names_of(told)
        return [Topic(name, owner=owner, name=canonical_name(one)) for one in names]

    return TopicKind(
        name=name,
        heads=(f"{name}:",),
        access=Access.OWNER,
        event=event,
        parse=_name_parser(name),
        topic_of=lambda told, owner: Topic(name, owner=owner, name=canonical_name(name_of(told))),
        spellings=(spelling,),
        owners=owners,
        snapshot=snapshot,
        further_topics=None if further_names_of is None else further_topics,
        is_planned=is_planned,
    )


def canonical_name(text: str) -> str:
    """Return the one spelling of an address or a hash: upper and lower case mean the same, and `0x` may be left out.

    >>> canonical_name("0xAbC"), canonical_name("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), canonical_name("Ada")
    ('0xabc', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', 'Ada')
    """
    if _HEXADECIMAL.fullmatch(text):
        return _HEXADECIMAL_PREFIX + text.lower()
    return text.lower() if text.lower().startswith(_HEXADECIMAL_PREFIX) else text


def _of_owner(kind: str) -> TopicOf:
    return lambda _, owner: Topic(kind, owner=owner)


def _name_parser(kind: str) -> Callable[[str, Sequence[str]], Topic | None]:
    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        return Topic(kind, name=canonical_name(arguments[0])) if len(arguments) == 1 and arguments[0] else None

    return parse

"""The kinds of topics that exist from the first day, and how their channels are spelled.

Each market kind has two spellings where the dialects differ (`kline:` and `klines:`); `quotes:` is the old name of
`price:`. Kinds whose producers come later are acknowledged and silent until then.
"""

import re
from collections.abc import Sequence

from streaming import dotted_names
from streaming.dotted_names import INSTANCE_EVENTS
from streaming.events import Interval
from streaming.patterns import WILDCARD
from streaming.topics import ME, Access, Delivery, Kind, Parse, Topic, TopicKind, TopicRegistry

_COMBINED_SYMBOL = re.compile(r"[A-Z0-9]{1,20}-USD")
_HEXADECIMAL_PREFIX = "0x"
_INTERVALS = {interval.value: interval for interval in Interval}


def default_registry() -> TopicRegistry:
    """Return a registry that knows every kind of the first day."""
    registry = TopicRegistry()
    for kind in _market_kinds() + _user_kinds() + _dotted_kinds():
        registry.register(kind)
    registry.register(_blocks_kind(registry))
    return registry


def _market_kinds() -> list[TopicKind]:
    anyone, state, sequence = Access.ANYONE, Delivery.STATE, Delivery.SEQUENCE
    return [
        TopicKind(Kind.COMBINED_PRICE, ("price:", "quotes:"), anyone, state, _parse_combined_price),
        TopicKind(Kind.PRICE, ("price:", "quotes:"), anyone, state, _symbol_parser(Kind.PRICE)),
        TopicKind(Kind.TICKER, ("ticker:",), anyone, state, _symbol_parser(Kind.TICKER)),
        TopicKind(Kind.CANDLE, ("klines:", "kline:"), anyone, state, _parse_candle),
        TopicKind(Kind.TRADE, ("trades:", "trade:"), anyone, sequence, _symbol_parser(Kind.TRADE)),
        TopicKind(Kind.DEPTH, ("depth:",), anyone, state, _symbol_parser(Kind.DEPTH)),
        TopicKind(Kind.SIGNAL, ("signals:",), anyone, sequence, _symbol_parser(Kind.SIGNAL)),
        TopicKind(Kind.OVERVIEW, ("market:",), anyone, state, _parse_overview),
    ]


def _user_kinds() -> list[TopicKind]:
    owner, login, state, sequence = Access.OWNER, Access.LOGIN, Delivery.STATE, Delivery.SEQUENCE
    return [
        TopicKind(Kind.PORTFOLIO, ("portfolio:",), owner, state, _owner_parser(Kind.PORTFOLIO)),
        TopicKind(Kind.ORDERS, ("orders:",), owner, sequence, _owner_parser(Kind.ORDERS)),
        TopicKind(Kind.ACCOUNT, ("account:",), owner, state, _owner_parser(Kind.ACCOUNT)),
        TopicKind(Kind.NOTIFICATIONS, ("notifications",), login, sequence, _own_parser(Kind.NOTIFICATIONS)),
        TopicKind(Kind.ALERTS, ("alerts",), login, sequence, _own_parser(Kind.ALERTS)),
        TopicKind(Kind.WALLET, ("wallet:",), owner, sequence, _name_parser(Kind.WALLET)),
        TopicKind(Kind.TRANSACTION, ("tx:",), owner, sequence, _name_parser(Kind.TRANSACTION)),
    ]


def _dotted_kinds() -> list[TopicKind]:
    login, staff, sequence = Access.LOGIN, Access.STAFF, Delivery.SEQUENCE
    instance_heads = tuple(f"{category}." for category in INSTANCE_EVENTS)
    return [
        TopicKind(Kind.INSTANCE, instance_heads, login, sequence, _dotted_parser(Kind.INSTANCE)),
        TopicKind(Kind.SYSTEM, ("system.",), login, sequence, _dotted_parser(Kind.SYSTEM)),
        TopicKind(Kind.OPERATIONS, ("ops.",), staff, sequence, _dotted_parser(Kind.OPERATIONS)),
        TopicKind(Kind.EVERYTHING, (WILDCARD, f"{WILDCARD}."), login, sequence, _parse_any_category),
    ]


def _blocks_kind(registry: TopicRegistry) -> TopicKind:
    """Blocks are told of the chains that the registry knows."""

    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        known = len(arguments) == 1 and arguments[0] in registry.chains
        return Topic(Kind.BLOCKS, name=arguments[0]) if known else None

    return TopicKind(Kind.BLOCKS, ("blocks:",), Access.ANYONE, Delivery.SEQUENCE, parse)


def _symbol_parser(kind: Kind) -> Parse:
    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        return Topic(kind, arguments[0]) if len(arguments) == 1 and arguments[0] else None

    return parse


def _parse_candle(head: str, arguments: Sequence[str]) -> Topic | None:
    match arguments:
        case [symbol, interval] if symbol and interval in _INTERVALS:
            return Topic(Kind.CANDLE, symbol, _INTERVALS[interval])
        case _:
            return None


def _parse_combined_price(head: str, arguments: Sequence[str]) -> Topic | None:
    matched = len(arguments) == 1 and _COMBINED_SYMBOL.fullmatch(arguments[0])
    return Topic(Kind.COMBINED_PRICE, arguments[0]) if matched else None


def _parse_overview(head: str, arguments: Sequence[str]) -> Topic | None:
    return Topic(Kind.OVERVIEW) if list(arguments) == ["overview"] else None


def _owner_parser(kind: Kind) -> Parse:
    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        return Topic(kind, owner=arguments[0]) if len(arguments) == 1 and arguments[0] else None

    return parse


def _own_parser(kind: Kind) -> Parse:
    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        return Topic(kind, owner=ME) if not arguments else None

    return parse


def _name_parser(kind: Kind) -> Parse:
    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        return Topic(kind, name=canonical_name(arguments[0])) if len(arguments) == 1 and arguments[0] else None

    return parse


def canonical_name(text: str) -> str:
    """Return the one spelling of an address or a hash: of hexadecimal ones upper and lower case mean the same."""
    return text.lower() if text.lower().startswith(_HEXADECIMAL_PREFIX) else text


def _dotted_parser(kind: Kind) -> Parse:
    """Read a dotted name that exists, or a pattern that can match one; an instance need not exist."""

    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        name = head + ".".join(arguments)
        return Topic(kind, name=name) if dotted_names.shapes_of(name) else None

    return parse


def _parse_any_category(head: str, arguments: Sequence[str]) -> Topic | None:
    """Read a pattern that begins with `*`; one that names an instance must name its category too."""
    name = head + ".".join(arguments)
    names_instance = len(arguments) > 1 and arguments[0] != WILDCARD
    return None if names_instance or not dotted_names.shapes_of(name) else Topic(Kind.EVERYTHING, name=name)

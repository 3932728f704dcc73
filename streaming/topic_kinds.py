"""The kinds of topics that exist from the first day, and how their channels are spelled.

Each market kind has two spellings where the dialects differ (`kline:` and `klines:`); `quotes:` is the old name of
`price:`. Kinds whose producers come later are acknowledged and silent until then.
"""

import re
from collections.abc import Sequence

from streaming.events import Interval
from streaming.topics import ME, Access, Delivery, Kind, Parse, Topic, TopicKind, TopicRegistry

_COMBINED_SYMBOL = re.compile(r"[A-Z0-9]{1,20}-USD")
_SEGMENT = re.compile(r"[A-Za-z0-9_-]{1,60}")
_WILDCARD = "*"
_INTERVALS = {interval.value: interval for interval in Interval}
_INSTANCE_EVENTS = {
    "grid.": frozenset({"status", "order", "trade", "pnl", "risk", "lifecycle"}),
    "backtest.": frozenset({"progress", "lifecycle"}),
    "strategy.": frozenset({"status", "signal", "lifecycle"}),
}
_SYSTEM_EVENTS = frozenset({"health", "log", "kill_switch", "exchange"})
_OPERATIONS_EVENTS = frozenset({"gateways"})


def default_registry() -> TopicRegistry:
    """Return a registry that knows every kind of the first day."""
    registry = TopicRegistry()
    for kind in _market_kinds() + _user_kinds() + _dotted_kinds():
        registry.register(kind)
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
    return [
        TopicKind(Kind.INSTANCE, tuple(_INSTANCE_EVENTS), login, sequence, _parse_instance),
        TopicKind(Kind.SYSTEM, ("system.",), login, sequence, _event_parser(Kind.SYSTEM, _SYSTEM_EVENTS)),
        TopicKind(Kind.OPERATIONS, ("ops.",), staff, sequence, _event_parser(Kind.OPERATIONS, _OPERATIONS_EVENTS)),
        TopicKind(Kind.EVERYTHING, (_WILDCARD,), staff, sequence, _parse_everything),
    ]


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


def _parse_everything(head: str, arguments: Sequence[str]) -> Topic | None:
    return Topic(Kind.EVERYTHING, name=_WILDCARD) if not arguments else None


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
        return Topic(kind, name=arguments[0]) if len(arguments) == 1 and arguments[0] else None

    return parse


def _parse_instance(head: str, arguments: Sequence[str]) -> Topic | None:
    """Read `<id>.<event>`; a last `*` stands for everything below, an inner one for one segment."""
    events = _INSTANCE_EVENTS[head]
    match arguments:
        case ["*"]:
            pass
        case [instance, event] if _is_segment(instance) and (event in events or event == _WILDCARD):
            pass
        case _:
            return None
    return Topic(Kind.INSTANCE, name=head + ".".join(arguments))


def _event_parser(kind: Kind, events: frozenset[str]) -> Parse:
    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        known = len(arguments) == 1 and (arguments[0] in events or arguments[0] == _WILDCARD)
        return Topic(kind, name=head + arguments[0]) if known else None

    return parse


def _is_segment(text: str) -> bool:
    return text == _WILDCARD or _SEGMENT.fullmatch(text) is not None

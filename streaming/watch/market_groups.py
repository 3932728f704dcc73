"""What is printed of market data: groups of text with their styles, for each type of data. Pure.

The fields are named as on /ws. What a frame lacks is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

from streaming.watch.groups import DOWN, QUIET, UP, Data, Group, Span
from streaming.watch.printable import plain
from streaming.watch.reading import moment

_LISTED = 3
_SOURCES = 10
_MARKS = ("simulated", "stale", "repaired")


class Direction(Enum):
    """Where a price went since the one before: a mark for those without colours, and a style."""

    FIRST = ("", "bold")
    SAME = ("=", "bold")
    UP = ("▲", f"bold {UP}")
    DOWN = ("▼", f"bold {DOWN}")

    @classmethod
    def between(cls, before: Decimal | None, now: Decimal | None) -> "Direction":
        """Return the direction from one price to the next; FIRST where either is unknown."""
        if before is None or now is None:
            return cls.FIRST
        if now == before:
            return cls.SAME
        return cls.UP if now > before else cls.DOWN


def price_in(name: str, data: Data) -> Decimal | None:
    """Return the price that data of the type `name` tell, if they do."""
    return _number(data.get("close" if name == "kline" else "price"))


def market_groups(name: str, data: Data, direction: Direction) -> list[Group]:
    """Return what to print of market data; nothing where neither the type nor a field is known."""
    groups = _WRITERS.get(name, _nothing)(data, direction)
    return [*groups, *_marks(data)] if groups else []


def _nothing(_data: Data, _direction: Direction) -> list[Group]:
    return []


def _price(data: Data, direction: Direction) -> list[Group]:
    return [
        *_moved(data, direction),
        *_percent(data, "changePercent24h"),
        *_named(data, {"high": "high24h", "low": "low24h", "volume": "volume24h"}),
        *_sources(data.get("sources")),
    ]


def _sources(sources: Any) -> list[Group]:
    """Return of which sources a combined price is made, and which were left out."""
    told = [one for one in sources[:_SOURCES] if isinstance(one, Mapping)] if isinstance(sources, Sequence) else []
    used = [plain(str(one.get("name"))) for one in told if one.get("used") is True]
    others = [plain(f"{one.get('name')} {one.get('reason')}") for one in told if one.get("used") is not True]
    groups: list[Group] = [((f"of {', '.join(used)}", QUIET),)] if used else []
    return [*groups, ((f"without {', '.join(others)}", DOWN),)] if others else groups


def _ticker(data: Data, direction: Direction) -> list[Group]:
    return [
        *_moved(data, direction),
        *_percent(data, "changePercent"),
        *_named(data, {name: name for name in ("bid", "ask", "high", "low", "volume")}),
    ]


def _candle(data: Data, _direction: Direction) -> list[Group]:
    opened, closed = _number(data.get("open")), _number(data.get("close"))
    style = "bold" if opened is None or closed is None else UP if closed >= opened else DOWN
    time = data.get("time")
    groups: list[Group] = [((moment(time), QUIET),)] if time is not None else []
    groups += _named(data, {"O": "open", "H": "high", "L": "low"})
    groups += _named(data, {"C": "close"}, style)
    groups += _named(data, {"V": "volume"})
    is_final = data.get("isFinal") is True
    return [*groups, (("● final", "bold cyan"),)] if is_final else groups


def _trade(data: Data, direction: Direction) -> list[Group]:
    quantity: list[Span] = [(plain(data["quantity"]), "")] if "quantity" in data else []
    price = [span for group in _moved(data, direction) for span in group]
    at: list[Span] = [("at", QUIET)] if quantity and price else []
    return [*_side(data.get("side")), (*quantity, *at, *price)]


def _depth(data: Data, _direction: Direction) -> list[Group]:
    bid, ask = _best(data.get("bids")), _best(data.get("asks"))
    groups = [_level("bid", bid, UP), _level("ask", ask, DOWN)]
    lower, upper = _number(bid[0]) if bid else None, _number(ask[0]) if ask else None
    if lower is None or upper is None:
        return groups
    return [*groups, (("spread", QUIET), (format(upper - lower, "f"), ""))]


def _overview(data: Data, _direction: Direction) -> list[Group]:
    rows = data.get("symbols")
    groups: list[Group] = [((f"{len(rows)} symbols", ""),)] if isinstance(rows, list) else []
    for name in ("gainers", "losers", "volumes"):
        listed = data.get(name)
        if isinstance(listed, list) and listed:
            groups.append(((name, QUIET), (" ".join(plain(symbol) for symbol in listed[:_LISTED]), "")))
    return groups


def _signal(data: Data, _direction: Direction) -> list[Group]:
    names = ("price", "confidence", "model", "version", "horizon")
    groups = [*_side(data.get("action")), *_named(data, {name: name for name in names})]
    record, reason = data.get("trackRecord"), data.get("reason")
    if isinstance(record, Mapping):
        groups += _named(record, {"right": "right", "wrong": "wrong"})
    return [*groups, ((plain(reason), QUIET),)] if reason else groups


_WRITERS: dict[str, Callable[[Data, Direction], list[Group]]] = {
    "price": _price,
    "ticker": _ticker,
    "kline": _candle,
    "trade": _trade,
    "depth": _depth,
    "overview": _overview,
    "signal": _signal,
}


def _moved(data: Data, direction: Direction) -> list[Group]:
    if "price" not in data:
        return []
    mark, style = direction.value
    price = (plain(data["price"]), style)
    return [(price, (mark, style)) if mark else (price,)]


def _percent(data: Data, field: str) -> list[Group]:
    """Return a change in per cent with its sign; nothing else is done to its digits."""
    value = data.get(field)
    if value is None:
        return []
    number = _number(value)
    sign = "+" if number is not None and number > 0 else ""
    style = "" if not number else UP if number > 0 else DOWN
    return [((f"{sign}{plain(value)} %", style),)]


def _named(data: Data, fields: dict[str, str], style: str = "") -> list[Group]:
    return [((name, QUIET), (plain(data[field]), style)) for name, field in fields.items() if field in data]


def _side(value: Any) -> list[Group]:
    if not isinstance(value, str):
        return []
    return [((plain(value), {"buy": UP, "sell": DOWN}.get(value, "")),)]


def _level(name: str, level: Sequence[Any] | None, style: str) -> Group:
    if level is None:
        return ((name, QUIET), ("none", QUIET))
    return ((name, QUIET), (plain(level[0]), style), ("x", QUIET), (plain(level[1]), ""))


def _best(levels: Any) -> Sequence[Any] | None:
    """Return the first level, price and quantity."""
    match levels:
        case [[price, quantity, *_], *_]:
            return price, quantity
        case _:
            return None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    return Decimal(value)


def _marks(data: Data) -> list[Group]:
    return [((f"({mark})", "yellow"),) for mark in _MARKS if data.get(mark) is True]

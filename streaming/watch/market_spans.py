"""What is printed of market data: spans of text with their styles, for each type of data. Pure.

The fields are those of /ws and, where they are called otherwise, of /ws/trading. What a frame lacks is left out.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

from streaming.watch.printable import plain
from streaming.watch.reading import Data, moment

Span = tuple[str, str]
UP, DOWN, QUIET = "green", "red", "dim"
_LISTED = 3
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


def market_spans(name: str, data: Data, direction: Direction) -> list[Span] | None:
    """Return what to print of market data, or None where the type isn't the market's."""
    spans = _SPANS.get(name)
    return None if spans is None else [*spans(data, direction), *_marks(data)]


def _price(data: Data, direction: Direction) -> list[Span]:
    return [
        *_moved(data.get("price"), direction),
        *_percent(data, "changePercent24h"),
        *_named(data, {"high": "high24h", "low": "low24h", "volume": "volume24h"}),
    ]


def _ticker(data: Data, direction: Direction) -> list[Span]:
    return [
        *_moved(data.get("price"), direction),
        *_percent(data, "changePercent", "priceChangePercent"),
        *_named(data, {name: name for name in ("bid", "ask", "high", "low", "volume")}),
    ]


def _candle(data: Data, _direction: Direction) -> list[Span]:
    opened, closed = _number(data.get("open")), _number(data.get("close"))
    style = "bold" if opened is None or closed is None else UP if closed >= opened else DOWN
    time = data.get("time", data.get("startTime"))
    spans: list[Span] = [(moment(time), QUIET)] if time is not None else []
    for letter, field in (("O", "open"), ("H", "high"), ("L", "low"), ("C", "close"), ("V", "volume")):
        if field in data:
            spans += [(letter, QUIET), (plain(data[field]), style if field == "close" else "")]
    is_final = data.get("isFinal", data.get("closed")) is True
    return [*spans, ("● final", "bold cyan")] if is_final else spans


def _trade(data: Data, direction: Direction) -> list[Span]:
    side = data.get("side")
    style = {"buy": UP, "sell": DOWN}.get(side, "") if isinstance(side, str) else ""
    return [
        (plain(side), style),
        (plain(data.get("quantity")), ""),
        ("at", QUIET),
        *_moved(data.get("price"), direction),
    ]


def _depth(data: Data, _direction: Direction) -> list[Span]:
    bid, ask = _best(data.get("bids")), _best(data.get("asks"))
    spans = [*_level("bid", bid, UP), *_level("ask", ask, DOWN)]
    lower, upper = _number(bid[0]) if bid else None, _number(ask[0]) if ask else None
    if lower is None or upper is None:
        return spans
    return [*spans, ("spread", QUIET), (format(upper - lower, "f"), "")]


def _overview(data: Data, _direction: Direction) -> list[Span]:
    rows = data.get("symbols")
    spans: list[Span] = [(f"{len(rows)} symbols", "")] if isinstance(rows, list) else []
    for name in ("gainers", "losers", "volumes"):
        listed = data.get(name)
        if isinstance(listed, list) and listed:
            spans += [(name, QUIET), (" ".join(plain(symbol) for symbol in listed[:_LISTED]), "")]
    return spans


def _signal(data: Data, _direction: Direction) -> list[Span]:
    action = data.get("action")
    style = {"buy": UP, "sell": DOWN}.get(action, "") if isinstance(action, str) else ""
    names = ("price", "confidence", "model", "horizon")
    return [(plain(action), style), *_named(data, {name: name for name in names})]


_SPANS: dict[str, Callable[[Data, Direction], list[Span]]] = {
    "price": _price,
    "ticker": _ticker,
    "kline": _candle,
    "trade": _trade,
    "depth": _depth,
    "overview": _overview,
    "signal": _signal,
}


def _moved(price: Any, direction: Direction) -> list[Span]:
    mark, style = direction.value
    return [(plain(price), style), (mark, style)] if mark else [(plain(price), style)]


def _percent(data: Data, *fields: str) -> list[Span]:
    """Return a change in per cent with its sign; nothing else is done to its digits."""
    value = next((data[field] for field in fields if field in data), None)
    if value is None:
        return []
    number = _number(value)
    sign = "+" if number is not None and number > 0 else ""
    style = "" if not number else UP if number > 0 else DOWN
    return [(f"{sign}{plain(value)} %", style)]


def _named(data: Data, fields: dict[str, str]) -> list[Span]:
    spans: list[Span] = []
    for name, field in fields.items():
        if field in data:
            spans += [(name, QUIET), (plain(data[field]), "")]
    return spans


def _level(name: str, level: Sequence[Any] | None, style: str) -> list[Span]:
    if level is None:
        return [(name, QUIET), ("none", QUIET)]
    return [(name, QUIET), (plain(level[0]), style), ("x", QUIET), (plain(level[1]), "")]


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


def _marks(data: Data) -> list[Span]:
    return [(f"({mark})", "yellow") for mark in _MARKS if data.get(mark) is True]

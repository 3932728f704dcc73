"""Reading the parameters of market requests, from REST's text and a command's JSON alike.

Every wrong parameter is named, an unknown one too; nothing is guessed. Pure.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from streaming.events import Interval
from streaming.market.errors import InvalidParametersError
from streaming.numbers import whole_number
from streaming.times import time_parameter
from streaming.validation import UNKNOWN_PARAMETER

MAXIMUM_SYMBOLS = 500
MAXIMUM_CANDLES = 1000
_DEFAULT_SYMBOLS = 100
_DEFAULT_CANDLES = 500
_LARGEST_OFFSET = 1_000_000
_LONGEST_TEXT = 64

Given = Mapping[str, object]
Value = TypeVar("Value")
Default = TypeVar("Default")


class SymbolsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which symbols to list: those that hold `query`, `limit` of them from `offset` on."""

    query: str
    limit: int
    offset: int


class HistoryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which candles to return: at most `limit` that open between `start` and `end` (ms since the epoch, both included).

    With a start they are the oldest from there, without one the newest until `end` (None: now). A range that holds more
    than `limit` is no mistake: one pages through it by the time of the last candle.
    """

    symbol: str
    interval: Interval
    start: int | None
    end: int | None
    limit: int


class OverviewQuery(msgspec.Struct, frozen=True):
    """The market at a glance: there is nothing to choose."""


def symbols_query(given: Given) -> SymbolsQuery:
    """Return the query in `given`; raise `InvalidParametersError` naming everything that is wrong."""
    reader = _Reader(given, {"query", "limit", "offset"})
    query = reader.read("query", _text, "")
    limit = reader.read("limit", _number(1, MAXIMUM_SYMBOLS), _DEFAULT_SYMBOLS)
    offset = reader.read("offset", _number(0, _LARGEST_OFFSET), 0)
    reader.finish()
    return SymbolsQuery(query=query, limit=limit, offset=offset)


def history_query(given: Given) -> HistoryQuery:
    """Return the query in `given`; raise `InvalidParametersError` naming everything that is wrong."""
    reader = _Reader(given, {"symbol", "interval", "start", "end", "limit"})
    reader.require("symbol", "interval")
    symbol = reader.read("symbol", _text, "")
    interval = reader.read("interval", _interval, Interval.MINUTE_1)
    start = reader.read("start", time_parameter, None)
    end = reader.read("end", time_parameter, None)
    limit = reader.read("limit", _number(1, MAXIMUM_CANDLES), _DEFAULT_CANDLES)
    if start is not None and end is not None and end < start:
        reader.refuse("end", "end must not be before start")
    reader.finish()
    return HistoryQuery(symbol=symbol, interval=interval, start=start, end=end, limit=limit)


def overview_query(given: Given) -> OverviewQuery:
    """Return the query; raise `InvalidParametersError` naming whatever is given, for it takes nothing."""
    _Reader(given, set()).finish()
    return OverviewQuery()


class _Reader:
    """Reads parameter by parameter, and collects what is wrong."""

    def __init__(self, given: Given, known: set[str]) -> None:
        self._given = given
        self._wrong = {name: UNKNOWN_PARAMETER for name in given if name not in known}

    def require(self, *names: str) -> None:
        """Note those that are missing or empty."""
        for name in names:
            value = self._given.get(name)
            if value is None or value == "":
                self.refuse(name, f"{name} is required")

    def read(self, name: str, parse: Callable[[str, object], Value], default: Default) -> Value | Default:
        """Return the parameter; the default where it is missing, or noted as wrong."""
        value = self._given.get(name)
        if value is None or name in self._wrong:
            return default
        try:
            return parse(name, value)
        except ValueError as error:
            self.refuse(name, str(error))
            return default

    def refuse(self, name: str, reason: str) -> None:
        """Note what is wrong with a parameter; what was noted first stays."""
        self._wrong.setdefault(name, reason)

    def finish(self) -> None:
        """Raise where anything is wrong."""
        if self._wrong:
            raise InvalidParametersError(self._wrong)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text")  # noqa: TRY004 - the reader takes every refusal alike
    if len(value) > _LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"{name} must be a text of at most {_LONGEST_TEXT} printable characters")
    return value


def _interval(name: str, value: object) -> Interval:
    try:
        return Interval(_text(name, value))
    except ValueError:
        names = " ".join(interval.value for interval in Interval)
        raise ValueError(f"{name} must be one of {names}") from None


def _number(smallest: int, largest: int) -> Callable[[str, object], int]:
    def parse(name: str, value: object) -> int:
        number = whole_number(value)
        if number is None or not smallest <= number <= largest:
            raise ValueError(f"{name} must be a whole number from {smallest} to {largest}")
        return number

    return parse

"""The data objects of events, for dialects to write. Pure.

What an event's Struct declares is the contract's, but for the exchange's own events: their names differ by dialect, so
the dialects list them with `named_fields`.
"""

import types
import typing
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from streaming.events.base import BaseEvent, Side
from streaming.events.market import Level, MarketEvent
from streaming.numbers import json_number
from streaming.times import WriteTime

MARKS = ("simulated", "stale", "repaired")
"""What the data of every market event tell where it applies, besides its source."""


class DataField(msgspec.Struct, frozen=True):
    """One field of a data object: its name there, and the attribute of the event that holds it."""

    attribute: str
    name: str
    annotation: Any
    is_time: bool
    is_json: bool
    write: Callable[[Any], Any]


def named_fields(kind: type[msgspec.Struct], /, *same: str, **names: str) -> tuple[DataField, ...]:
    """Return fields of `kind`: first those that have their own names, then others by the names that they have.

    Raise `KeyError` for what `kind` does not have.
    """
    found = {field.name: field for field in msgspec.structs.fields(kind)}
    wanted = {**{attribute: attribute for attribute in same}, **names}
    return tuple(_data_field(found[attribute], name) for attribute, name in wanted.items())


@cache
def declared_fields(kind: type[msgspec.Struct]) -> tuple[DataField, ...]:
    """Return the fields of `kind` that are data, by the names that it declares."""
    header = kind.header if issubclass(kind, BaseEvent) else frozenset()
    fields = msgspec.structs.fields(kind)
    return tuple(_data_field(field, field.encode_name) for field in fields if field.name not in header)


class DataWriter:
    """Writes `fields` of events of one kind ready for JSON, times as `time` writes them, numbers with all their digits.

    What is unset is left out. Nested objects hold no times. A market event also tells its source and its marks. What
    can be known of a field is looked up here, once: each event of a gateway is written so, for each dialect.
    """

    __slots__ = ("_columns", "_is_market")

    def __init__(self, kind: type[msgspec.Struct], fields: Sequence[DataField], time: WriteTime) -> None:
        self._columns = [(field.attribute, field.name, _writer_of(field, time)) for field in fields]
        self._is_market = issubclass(kind, MarketEvent)

    def write(self, told: Any) -> dict[str, Any]:
        """Return the data object that tells an event of the kind."""
        data = {}
        for attribute, name, write in self._columns:
            value = getattr(told, attribute)
            if value is not msgspec.UNSET:
                data[name] = write(value)
        if self._is_market:
            mark(data, told)
        return data


def mark(data: dict[str, Any], event: MarketEvent) -> None:
    """Add who made a market event, and what it must not be mistaken for."""
    data["source"] = event.source
    for name in MARKS:
        if getattr(event, name):
            data[name] = True


def marks_of(annotation: Any) -> set[str]:
    """Return the marks of a type, or of a member of a union."""
    marks = {name for meta in getattr(annotation, "__metadata__", ()) for name in meta.extra or ()}
    members = typing.get_args(annotation) if _is_union(annotation) else ()
    return marks.union(*(marks_of(member) for member in members))


def _data_field(field: msgspec.structs.FieldInfo, name: str) -> DataField:
    marks = marks_of(field.type)
    write = _raw if "json" in marks else _WRITERS.get(field.type, _plain)
    return DataField(field.name, name, field.type, is_time="time" in marks, is_json="json" in marks, write=write)


def _writer_of(field: DataField, time: WriteTime) -> Callable[[Any], Any]:
    if not field.is_time:
        return field.write
    return _where_given(time) if _is_union(field.annotation) else time


def _where_given(time: WriteTime) -> Callable[[int | None], Any]:
    return lambda value: None if value is None else time(value)


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in {typing.Union, types.UnionType}


def _raw(json: str) -> msgspec.Raw:
    return msgspec.Raw(json.encode())


def _as_it_is(value: Any) -> Any:
    return value


def _levels(side: Sequence[Level]) -> list[list[msgspec.Raw]]:
    return [[json_number(level.price), json_number(level.quantity)] for level in side]


_WRITERS: dict[Any, Callable[[Any], Any]] = {
    Decimal: json_number,
    str: _as_it_is,
    int: _as_it_is,
    bool: _as_it_is,
    Side: _as_it_is,
    tuple[str, ...]: list,
    tuple[Level, ...]: _levels,
}
"""What is told so often that its type isn't looked up each time."""


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return json_number(value)
        case msgspec.Struct():
            return _nested(value)
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _nested(value: msgspec.Struct) -> dict[str, Any]:
    told = ((field, getattr(value, field.attribute)) for field in _nested_fields(type(value)))
    return {field.name: field.write(inner) for field, inner in told if inner is not msgspec.UNSET}


@cache
def _nested_fields(kind: type[msgspec.Struct]) -> tuple[DataField, ...]:
    fields = declared_fields(kind)
    if any(field.is_time for field in fields):
        raise TypeError(f"a nested object can't hold a time: {kind.__name__}")
    return fields

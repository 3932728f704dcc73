"""The data of events as JSON Schema, field by field as a dialect writes them."""

import types
import typing
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from config.asyncapi.json_schema import EPOCH_TIME, REFERENCE, TEXT, TRUTH, WHOLE_NUMBER, object_of
from config.openapi.components import Schema
from streaming.events import Event, MarketEvent, Source, Trade, Trades
from streaming.events.descriptions import described
from streaming.events.fields import MARKS, DataField, declared_fields, marks_of

FieldsOf = Callable[[type[msgspec.Struct]], tuple[DataField, ...]]
_ABSENCES = (type(None), msgspec.UnsetType)
_NUMBER: Schema = {"type": "number", "description": "exact: all digits count"}
_SIMPLE: dict[Any, Schema] = {
    str: TEXT,
    bool: TRUTH,
    int: WHOLE_NUMBER,
    float: {"type": "number"},
    Decimal: _NUMBER,
}
_OPEN_OBJECT: Schema = {"type": "object"}


class EventSchemas:
    """The schemas of the events of a dialect; `nested` collects, by name, what is within them.

    `fields_of` tells the fields of an event's data, `time` is how the dialect writes times. Names that are `taken` are
    another's.
    """

    def __init__(self, fields_of: FieldsOf, time: Schema, taken: typing.Container[str]) -> None:
        self._fields_of = fields_of
        self._time = time
        self._taken = taken
        self.nested: dict[str, Schema] = {}

    def data(self, event: type[Event]) -> Schema:
        """Return the schema of an event's data object; of trades, which come one by one, that of one."""
        told: type[msgspec.Struct] = Trade if issubclass(event, Trades) else event
        fields = self._fields_of(told)
        properties = {"symbol": TEXT} if told is Trade else {}
        properties |= {field.name: self._field(field) for field in fields}
        optional = [field.name for field in fields if _may_be_absent(field.annotation)]
        if issubclass(event, MarketEvent):
            properties |= {"source": self._enum(Source), **{mark: {"const": True} for mark in MARKS}}
            optional += MARKS
        return object_of(properties, optional=optional)

    def description(self, event: type[Event]) -> str:
        """Return what there is to say of an event, by the names of its data."""
        fields = {field.attribute: field.name for field in self._fields_of(event)}
        told = {name: name for name in (*MARKS, "source", "event")}
        return "\n\n".join(described(event, {**told, **fields}))

    def _field(self, field: DataField) -> Schema:
        if field.is_json:
            return _or_null(_OPEN_OBJECT, field.annotation)
        if field.is_time:
            return _or_null(self._time, field.annotation)
        return _or_null(self._type(_core(field.annotation)), field.annotation)

    def _type(self, kind: Any) -> Schema:
        if "epoch" in marks_of(kind):
            return EPOCH_TIME
        if typing.get_origin(kind) is tuple:
            return {"type": "array", "items": self._of_item(typing.get_args(kind)[0])}
        if kind in _SIMPLE:
            return _SIMPLE[kind]
        return self._enum(kind) if issubclass(kind, Enum) else self._struct(kind)

    def _of_item(self, item: Any) -> Schema:
        return _or_null(self._type(_core(item)), item)

    def _enum(self, kind: type[Enum]) -> Schema:
        return self._named(kind, lambda: {"type": "string", "enum": [member.value for member in kind]})

    def _struct(self, kind: type[msgspec.Struct]) -> Schema:
        return self._named(kind, lambda: self._of_struct(kind))

    def _of_struct(self, kind: type[msgspec.Struct]) -> Schema:
        fields = declared_fields(kind)
        if kind.__struct_config__.array_like:
            items = [self._field(field) for field in fields]
            return {"type": "array", "items": items, "minItems": len(items), "additionalItems": False}
        properties = {field.name: self._field(field) for field in fields}
        return object_of(properties, optional=[field.name for field in fields if _may_be_absent(field.annotation)])

    def _named(self, kind: type, schema: Callable[[], Schema]) -> Schema:
        name = f"Event{kind.__name__}" if kind.__name__ in self._taken else kind.__name__
        if name not in self.nested:
            self.nested[name] = {}
            self.nested[name] = {"title": kind.__name__, **schema()}
        return {REFERENCE: f"#/components/schemas/{name}"}


def _members(annotation: Any) -> tuple[Any, ...]:
    is_union = typing.get_origin(annotation) in {typing.Union, types.UnionType}
    return typing.get_args(annotation) if is_union else (annotation,)


def _core(annotation: Any) -> Any:
    """Return the type where there is a value; the marks of a time that is written alike everywhere stay with it."""
    [core] = [member for member in _members(annotation) if member not in _ABSENCES]
    has_marks = hasattr(core, "__metadata__") and "epoch" not in marks_of(core)
    return typing.get_args(core)[0] if has_marks else core


def _or_null(schema: Schema, annotation: Any) -> Schema:
    if type(None) not in _members(annotation):
        return schema
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _may_be_absent(annotation: Any) -> bool:
    return msgspec.UnsetType in _members(annotation)

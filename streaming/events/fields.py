"""The data of events whose fields are the contract's: name, value and whether it is a time, for dialects to write.

What the exchange's own events say differs by dialect, field by field; the dialects write those themselves. Pure.
"""

import typing
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from streaming.events.base import BaseEvent
from streaming.events.envelope import NamedUpdate
from streaming.events.market import Block, CombinedPrice, MarketEvent, Resync
from streaming.events.user import UserUpdate
from streaming.numbers import json_number

GenericEvent = UserUpdate | NamedUpdate | CombinedPrice | Resync | Block

Field = tuple[str, Any, bool]


class _Plan(msgspec.Struct, frozen=True):
    attribute: str
    name: str
    is_time: bool
    is_json: bool


def data_fields(event: GenericEvent) -> Iterator[Field]:
    """Yield each field of the event's data object: its name, its value, and whether that is a time in ms.

    Values are ready for JSON, numbers with all their digits. What is unset is left out. Nested objects hold no times.
    """
    for plan in _plans(type(event)):
        value = getattr(event, plan.attribute)
        if value is not msgspec.UNSET:
            yield plan.name, _ready(value, plan), plan.is_time and value is not None
    if isinstance(event, MarketEvent):
        yield from market_marks(event)


def market_marks(event: MarketEvent) -> Iterator[Field]:
    """Yield what stands in the data of every market event: its source, and the marks that apply."""
    yield "source", event.source.value, False
    for mark, applies in (("simulated", event.simulated), ("stale", event.stale), ("repaired", event.repaired)):
        if applies:
            yield mark, True, False


@cache
def _plans(kind: type[msgspec.Struct]) -> tuple[_Plan, ...]:
    header = kind.header if issubclass(kind, BaseEvent) else frozenset()
    plans = tuple(_plan(field) for field in msgspec.structs.fields(kind) if field.name not in header)
    if not issubclass(kind, BaseEvent) and any(plan.is_time for plan in plans):
        raise TypeError(f"a nested object can't hold a time: {kind.__name__}")
    return plans


def _plan(field: msgspec.structs.FieldInfo) -> _Plan:
    marks = _marks(field.type)
    return _Plan(field.name, field.encode_name, is_time="time" in marks, is_json="json" in marks)


def _marks(annotation: Any) -> set[str]:
    """Return the marks of a type, or of a member of a union."""
    marks = {name for meta in getattr(annotation, "__metadata__", ()) for name in meta.extra or ()}
    members = () if marks else typing.get_args(annotation)
    return marks.union(*(_marks(member) for member in members))


def _ready(value: Any, plan: _Plan) -> Any:
    return msgspec.Raw(value.encode()) if plan.is_json else _plain(value)


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return json_number(value)
        case msgspec.Struct():
            return {plan.name: _plain(getattr(value, plan.attribute)) for plan in _plans(type(value))}
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value

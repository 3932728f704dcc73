"""Events of every kind, with any values that their types allow, for property tests."""

import types
import typing
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
from hypothesis import strategies as st

from streaming.events import BaseEvent
from streaming.events.market import MarketUpdate
from streaming.installed import topic_registry

EVENT_TYPES: tuple[type[BaseEvent], ...] = topic_registry().event_types
GENERIC_TYPES = tuple(kind for kind in EVENT_TYPES if kind not in typing.get_args(MarketUpdate))

_TEXT = st.text(max_size=10)
_WHOLE = st.integers(min_value=-(2**63), max_value=2**63 - 1)
_FRACTIONS = st.decimals(allow_nan=False, allow_infinity=False, places=18, min_value=-(10**12), max_value=10**12)
_WEI = st.integers(min_value=0, max_value=2**256 - 1).map(Decimal)
_JSON = st.dictionaries(_TEXT, _WHOLE, max_size=2).map(lambda value: msgspec.json.encode(value).decode())
_SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXT,
    int: _WHOLE,
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: _FRACTIONS | _WEI,
    types.NoneType: st.none(),
    msgspec.UnsetType: st.just(msgspec.UNSET),
}


def events_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for instances of a struct."""
    return st.builds(kind, **{field.name: _values(field.type) for field in msgspec.structs.fields(kind)})


def any_event() -> st.SearchStrategy[Any]:
    """Return a strategy for events of every kind."""
    return st.one_of([events_of(kind) for kind in EVENT_TYPES])


def _values(annotation: Any) -> st.SearchStrategy[Any]:
    if typing.get_origin(annotation) is typing.Annotated:
        return _JSON if "json" in annotation.__metadata__[0].extra else _WHOLE
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return st.one_of([_values(member) for member in typing.get_args(annotation)])
    if typing.get_origin(annotation) is tuple:
        return st.lists(_values(typing.get_args(annotation)[0]), max_size=2).map(tuple)
    if issubclass(annotation, StrEnum):
        return st.sampled_from(annotation)
    return _SCALARS[annotation] if annotation in _SCALARS else events_of(annotation)

"""An event of each kind, made up field by field, and the frame that the dialect itself writes of it."""

import json
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

import msgspec

from config.asyncapi.channels import Channel
from config.asyncapi.examples.values import COUNT, NOW_MS, NUMBER, TRANSACTION, VALUES, WALLET
from streaming.event_history.history import Place
from streaming.events import Event, NamedEvent
from streaming.events.fields import marks_of
from streaming.gateway.dialects.base import Dialect

AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)

_EPOCH = "k3J9x2ab"
_ABSENCES = (type(None), msgspec.UnsetType)
_IN_ADDRESSES = {
    "symbol": "BTCUSDT",
    "interval": "1m",
    "user": "me",
    "address": WALLET,
    "hash": TRANSACTION,
    "chain": "ethereum",
}
_USUAL: dict[Any, Any] = {bool: True, int: COUNT, float: 1.5, Decimal: NUMBER}


class FixedClock:
    """A clock that stands still, so that a document is always the same."""

    def now_ms(self) -> int:
        """Return the moment of all examples, in ms since the epoch."""
        return NOW_MS

    def monotonic(self) -> float:
        """Return 0."""
        return 0.0


def example_event(kind: type[Event], channel: Channel) -> Event:
    """Return an event of a kind, as it could come on a channel."""
    given: dict[str, Any] = {}
    if issubclass(kind, NamedEvent):
        given = {"channel": channel.address.replace("{id}", f"{channel.id.partition('.')[0]}_abc123")}
    return _struct(kind, given)


def example_frame(dialect: Dialect, event: Event, channel: Channel, *, numbered: bool) -> Any:
    """Return the frame by which a dialect tells an event, numbers with all their digits."""
    name = example_address(channel)
    place = Place(_EPOCH, COUNT, event.frame_count)
    frames = dialect.encode_numbered(event, name, place) if numbered else dialect.encode(event, name)
    return read(frames[0].payload)


def read(payload: bytes) -> Any:
    """Return what stands in a frame, numbers with all their digits."""
    return json.loads(payload, parse_float=Decimal)


def example_address(channel: Channel) -> str:
    """Return a name that somebody could subscribe."""
    filled = channel.address
    for name in channel.parameters:
        filled = filled.replace(f"{{{name}}}", str(_IN_ADDRESSES.get(name, "name")))
    return filled


def _struct(kind: type[AnyStruct], given: Mapping[str, Any]) -> AnyStruct:
    fields = [field for field in msgspec.structs.fields(kind) if field.name not in given and not _stays(field)]
    return kind(**given, **{field.name: _value(field.name, field.type) for field in fields})


def _stays(field: msgspec.structs.FieldInfo) -> bool:
    """Return whether the default is what mostly comes: marks that don't apply, the channel that there is one of."""
    is_usual = field.default is not msgspec.NODEFAULT
    return is_usual and (field.default is False or field.name in {"channel", "owner", "levels"})


def _value(name: str, annotation: Any) -> Any:
    is_union = typing.get_origin(annotation) in {typing.Union, types.UnionType}
    members = typing.get_args(annotation) if is_union else (annotation,)
    [core] = [member for member in members if member not in _ABSENCES]
    marks = marks_of(core)
    if "json" in marks:
        return "{}"
    if marks & {"time", "epoch"}:
        return NOW_MS
    return _of_type(name, core)


def _of_type(name: str, kind: Any) -> Any:
    known = VALUES.get(name)
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        return (_value(name.removesuffix("s"), item),)
    if issubclass(kind, Enum):
        values = {member.value: member for member in kind}
        return values.get(known, next(iter(kind)))
    if issubclass(kind, msgspec.Struct):
        return _struct(kind, {})
    if isinstance(known, kind) and not isinstance(known, bool):
        return known
    return name if kind is str else _USUAL[kind]

"""What the server declares of its events: the fields of their data, and which of them each dialect tells."""

import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from streaming.events import MarketEvent, NamedEvent, Resync, Trade, Trades, UserEvent
from streaming.events.fields import DataField, declared_fields, marks_of
from streaming.gateway.dialects.market_data import MARKET_NAMES
from streaming.gateway.dialects.trading_data import TRADING_NAMES
from streaming.installed import installed_declarations
from streaming.topics.registry import events_of

Struct = type[msgspec.Struct]

_ABSENCES = (type(None), msgspec.UnsetType)
_TIME = "time"


class FieldShape(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a data object.

    `core` is its type where there is a value; `is_nullable` and `may_be_absent` tell where there is none; `default` is
    `msgspec.NODEFAULT` where the declaration has none. `is_time` is a time that dialects write each in their way.
    """

    attribute: str
    name: str
    core: Any
    is_time: bool = False
    is_epoch: bool = False
    is_json: bool = False
    is_nullable: bool = False
    may_be_absent: bool = False
    default: Any = msgspec.NODEFAULT


class EventShape(msgspec.Struct, frozen=True, kw_only=True):
    """One event as clients are told it; `kind` is what they call it: `kline`, `grid.order`.

    `fields` is what `/ws` tells, `trading` what `/ws/trading` tells where that is something else; the time is the last.
    """

    kind: str
    struct: Struct
    base: Struct
    fields: tuple[FieldShape, ...]
    trading: tuple[FieldShape, ...] | None = None

    @property
    def is_of_market(self) -> bool:
        """Whether it tells the marks of the market's events."""
        return self.base is MarketEvent

    @property
    def is_dotted(self) -> bool:
        """Whether it belongs to a dotted name."""
        return self.base is NamedEvent

    @property
    def happenings(self) -> str:
        """A sentence on what may have happened, where the events of a dotted name tell several things."""
        declared = [field.type for field in msgspec.structs.fields(self.struct) if field.name == "event"]
        told = [f"`{member.value}`" for member in declared[0]] if self.is_dotted else []
        return f"`event` is {', '.join(told[:-1])} or {told[-1]}." if len(told) > 1 else ""

    @property
    def frame_type(self) -> str:
        """The `type` of the frames that tell it."""
        event: Any = Trades if self.struct is Trade else self.struct
        return str(event.frame_type)


class EventGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Events that stand in one file, by its name."""

    name: str
    about: str
    events: tuple[EventShape, ...]


_ABOUT = {
    "market": "The events of the market. Prices in the symbol's quote asset, quantities in its base asset.",
    "user": "The events of one user: what only the user and staff may read.",
    "engine": "The events of the trading engine: grids, backtests and strategies. Money in the instance's quote asset.",
    "system": "The events of the deployment itself: its health, the exchange's connection, log lines, its gateways.",
}


def event_groups() -> tuple[EventGroup, ...]:
    """Return all events that apps declare, planned ones too, in groups."""
    shapes: dict[str, list[EventShape]] = {name: [] for name in _ABOUT}
    for event in _all_events():
        shapes[_group_of(event)].append(_shape(event))
    return tuple(EventGroup(name=name, about=_ABOUT[name], events=tuple(found)) for name, found in shapes.items())


def _all_events() -> Iterable[Any]:
    """Return the events of all topics, and what is told of those that were lost; planned ones last."""
    kinds = sorted((kind for app in installed_declarations() for kind in app.topics), key=lambda kind: kind.is_planned)
    return dict.fromkeys([*(event for kind in kinds for event in events_of(kind)), Resync])


def _group_of(event: Any) -> str:
    if issubclass(event, UserEvent):
        return "user"
    if issubclass(event, NamedEvent):
        return "system" if _fixed_channel(event) else "engine"
    return "market"


def _shape(event: Any) -> EventShape:
    told: Any = Trade if event is Trades else event
    trading = TRADING_NAMES.get(told)
    return EventShape(
        kind=_kind(event),
        struct=told,
        base=MarketEvent if event is Trades else _base_of(event),
        fields=_shapes(told, MARKET_NAMES[told]) if told in MARKET_NAMES else declared_shapes(told),
        trading=None if trading is None else _shapes(told, trading),
    )


def declared_shapes(struct: Struct) -> tuple[FieldShape, ...]:
    """Return what an event's own declaration says that its data tell."""
    return _shapes(struct, declared_fields(struct))


def _base_of(event: Any) -> Struct:
    return next(base for base in (MarketEvent, NamedEvent, msgspec.Struct) if issubclass(event, base))


def _kind(event: Any) -> str:
    """Return the type of its frames, or for a dotted name its first and last segment.

    Where another event is called after the type of their frames, it is its own name.
    """
    tag = str(event.__struct_config__.tag)
    if issubclass(event, NamedEvent):
        return _fixed_channel(event) or tag.replace("_", ".", 1)
    names = {str(other.__struct_config__.tag) for other in _all_events()}
    return tag if event.frame_type in names else str(event.frame_type)


def _fixed_channel(event: Any) -> str:
    [channel] = [field for field in msgspec.structs.fields(event) if field.name == "channel"]
    return "" if channel.default is msgspec.NODEFAULT else str(channel.default)


def _shapes(struct: Struct, told: Iterable[DataField]) -> tuple[FieldShape, ...]:
    """Return what is told of a Struct in the order in which it declares it, its time last."""
    by_attribute = {field.attribute: field.name for field in told}
    declared = [field for field in msgspec.structs.fields(struct) if field.name in by_attribute]
    declared.sort(key=lambda field: field.name == _TIME)
    return tuple(_field_shape(field, by_attribute[field.name]) for field in declared)


def nested_fields(struct: Struct) -> tuple[FieldShape, ...]:
    """Return the fields of an object within an event's data, without those of the object that it extends."""
    inherited = {field.name for field in msgspec.structs.fields(parent)} if (parent := parent_of(struct)) else set()
    fields = msgspec.structs.fields(struct)
    return tuple(_field_shape(field, field.encode_name) for field in fields if field.name not in inherited)


def parent_of(struct: Struct) -> Struct | None:
    """Return the Struct that a nested one extends, if it does."""
    base: Any = struct.__base__
    return None if base is msgspec.Struct else base


def _field_shape(field: msgspec.structs.FieldInfo, name: str) -> FieldShape:
    marks = marks_of(field.type)
    members = typing.get_args(field.type) if _is_union(field.type) else (field.type,)
    [core] = [_without_marks(member) for member in members if member not in _ABSENCES]
    return FieldShape(
        attribute=field.name,
        name=name,
        core=core,
        is_time="time" in marks,
        is_epoch="epoch" in marks,
        is_json="json" in marks,
        is_nullable=type(None) in members,
        may_be_absent=msgspec.UnsetType in members,
        default=field.default,
    )


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in {typing.Union, types.UnionType}


def _without_marks(annotation: Any) -> Any:
    return typing.get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def types_in(annotation: Any) -> Iterator[type]:
    """Yield the types that an annotation names, those within tuples too."""
    arguments = [each for each in typing.get_args(annotation) if each is not Ellipsis]
    if not arguments:
        yield annotation
    for each in arguments:
        yield from types_in(each)

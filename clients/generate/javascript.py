"""The data of frames for `@tidewire/client`, as TypeScript declares them: in each dialect as it comes."""

import typing
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from clients.generate.declared_types import SHARED, SHARED_ABOUT, Homes, homes_of, types_of
from clients.generate.descriptions import NOTICE, description_of
from clients.generate.events import EventGroup, EventShape, FieldShape, nested_fields, parent_of
from clients.generate.typescript_text import comment, imported, one_of, translated, words_of
from streaming.events import Candle, Interval, MarketEvent, Price, Resync, SignalAction
from streaming.events.descriptions import described
from streaming.events.fields import MARKS
from wallets.events import TransactionState, WalletActivity

_FOLDER = "javascript/events"
_NAMES: dict[type, str] = {
    Candle: "Kline",
    Price: "SymbolPrice",
    SignalAction: "Action",
    TransactionState: "Transaction",
    WalletActivity: "Wallet",
}
_STAYS_TEXT = {Interval}
_UNTOLD = {Resync}
"""What the client tells as an event of its own."""
_TRADING = "Trading"
_DOTTED_ABOUT = "The data of each kind of event, by the first and last segment of its dotted name."
_CORES = {Decimal: "number", int: "number", float: "number", bool: "boolean", str: "string"}


def javascript_files(groups: Sequence[EventGroup]) -> dict[str, str]:
    """Return the text of the declarations of events."""
    homes = homes_of(groups)
    files = {SHARED: _shared_file(groups, homes), **{group.name: _file_of(group, homes) for group in groups}}
    return {f"{_FOLDER}/{name}.d.ts": text for name, text in files.items()}


def _shared_file(groups: Sequence[EventGroup], homes: Homes) -> str:
    found = dict.fromkeys(each for group in groups for event in group.events for each in types_of(event))
    blocks = [_type_block(each) for each in found if homes[each] == SHARED and each not in _STAYS_TEXT]
    return _file(SHARED_ABOUT, blocks, shared=())


def _file_of(group: EventGroup, homes: Homes) -> str:
    events = [event for event in group.events if event.struct not in _UNTOLD]
    blocks: dict[Any, str] = {MarketEvent: _marks()} if events[0].is_of_market else {}
    for event in events:
        own = [each for each in types_of(event) if homes[each] == group.name and each not in _STAYS_TEXT]
        blocks |= {each: _type_block(each) for each in own}
        blocks[event.struct] = "\n\n".join(_event_blocks(event))
    shared = [_name_of(each) for each, home in homes.items() if home == SHARED]
    return _file(group.about, [*blocks.values(), _by_kind(group.name, events)], shared=shared)


def _file(about: str, blocks: Sequence[str], *, shared: Iterable[str]) -> str:
    body = "\n\n".join(blocks)
    words = words_of(body)
    imports = [
        imported(sorted(words.intersection(shared)), "./values.js"),
        imported(words & {"Time"}, "../protocol.js"),
    ]
    head = "\n".join([*comment([about, NOTICE]), *filter(None, imports)])
    return f"{head}\n\n{body}\n"


def _name_of(declared: type) -> str:
    return _NAMES.get(declared, declared.__name__)


def _type_block(declared: Any) -> str:
    if issubclass(declared, Enum):
        values = one_of([f'"{member.value}"' for member in declared])
        return "\n".join([*comment(description_of(declared)), f"export type {_name_of(declared)} ={values};"])
    fields = nested_fields(declared)
    about = comment(_about(declared, fields))
    if declared.__struct_config__.array_like:
        items = ", ".join(f"{field.name}: {_type(field)}" for field in fields)
        return "\n".join([*about, f"export type {_name_of(declared)} = [{items}];"])
    parent = parent_of(declared)
    return _interface(about, _name_of(declared), f" extends {_name_of(parent)}" if parent else "", fields)


def _marks() -> str:
    fields = [field for field in nested_fields(MarketEvent) if field.attribute == "source"]
    about = comment(translated(described(MarketEvent, {name: name for name in (*MARKS, "source")})))
    return _interface(about, "Marks", "", fields, more=[f"{mark}?: boolean;" for mark in MARKS])


def _event_blocks(event: EventShape) -> list[str]:
    """Return the interface of an event's data, and that of the trading dialect where it is another."""
    extends = " extends Marks" if event.is_of_market else ""
    name = _name_of(event.struct)
    symbol = ["symbol: string;"] if event.is_of_market and not issubclass(event.struct, MarketEvent) else []
    blocks = [
        _interface(
            comment(_about(event.struct, event.fields, event.happenings)), name, extends, event.fields, first=symbol
        )
    ]
    if event.trading:
        told = [
            msgspec.structs.replace(field, is_time=False, is_epoch=True) if field.is_time else field
            for field in event.trading
        ]
        about = comment([f"`{name}` as the trading dialect tells it."])
        blocks.append(_interface(about, f"{_TRADING}{name}", extends, told, first=symbol))
    return blocks


def _interface(
    about: list[str],
    name: str,
    extends: str,
    fields: Iterable[FieldShape],
    *,
    first: Sequence[str] = (),
    more: Sequence[str] = (),
) -> str:
    lines = [*first, *(f"{field.name}{'?' if field.may_be_absent else ''}: {_type(field)};" for field in fields), *more]
    return "\n".join([*about, f"export interface {name}{extends} {{", *(f"  {line}" for line in lines), "}"])


def _by_kind(group: str, events: Sequence[EventShape]) -> str:
    """Return the interface that names the data of each kind of event; where several are of one, that has a type too."""
    by_kind: dict[str, list[EventShape]] = {}
    for event in events:
        by_kind.setdefault(event.kind if event.is_dotted else event.frame_type, []).append(event)
    several = {kind: kind.capitalize() for kind, found in by_kind.items() if len(found) > 1}
    named = [f"export type {name} = {_either(by_kind[kind])};\n" for kind, name in several.items()]
    lines = [f"  {_key(kind)}: {several.get(kind) or _either(found)};" for kind, found in by_kind.items()]
    about = _DOTTED_ABOUT if events[0].is_dotted else "The data of each type of frame."
    return "\n".join([*named, *comment([about]), f"export interface {group.capitalize()}Data {{", *lines, "}"])


def _either(events: Iterable[EventShape]) -> str:
    """Return the types of the data of events, in whichever dialect."""
    names = [(_name_of(event.struct), bool(event.trading)) for event in events]
    return " | ".join(f"{name} | {_TRADING}{name}" if is_told_otherwise else name for name, is_told_otherwise in names)


def _key(kind: str) -> str:
    return kind if kind.isidentifier() else f'"{kind}"'


def _about(struct: type[msgspec.Struct], fields: Iterable[FieldShape], *more: str) -> list[str]:
    return translated(described(struct, {field.attribute: field.name for field in fields}, *more))


def _type(field: FieldShape) -> str:
    told = "Record<string, unknown>" if field.is_json else "Time" if field.is_time else _core(field.core)
    return f"{told} | null" if field.is_nullable else told


def _core(core: Any) -> str:
    if typing.get_origin(core) is tuple:
        return f"{_core(typing.get_args(core)[0])}[]"
    return "string" if core in _STAYS_TEXT else _CORES.get(core) or _name_of(core)

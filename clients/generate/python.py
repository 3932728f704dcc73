"""The events of `tidewire_client`: Structs with exact numbers, the same for all dialects."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import msgspec

from clients.generate.declared_types import SHARED, SHARED_ABOUT, Homes, homes_of, types_of
from clients.generate.descriptions import description_of
from clients.generate.events import EventGroup, EventShape, FieldShape, nested_fields, parent_of
from clients.generate.python_text import (
    STAYS_TEXT,
    attribute,
    docstring,
    field_lines,
    is_camel,
    module,
    name_of,
    offered_by,
    package,
    tuple_of,
)
from streaming.events import MarketEvent, NamedEvent
from streaming.events.descriptions import described
from streaming.events.fields import MARKS

_FOLDER = "python/tidewire_client"
_CLIENT = Path(__file__).parents[1] / _FOLDER
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_BASES = {MarketEvent: "MarketEvent", NamedEvent: "DottedEvent", msgspec.Struct: "Event"}
_OF_MARKET = ("symbol", "source")
_STRUCT = "frozen=True, kw_only=True"
_PARTIAL = "None is what the dialect doesn't tell."
_USUAL_TIME = "timestamp"


def python_files(groups: Sequence[EventGroup]) -> dict[str, str]:
    """Return the text of the modules of events, and of the names that the trading dialect has for their fields."""
    homes = homes_of(groups)
    files = {SHARED: _shared_module(groups, homes), **{group.name: _module_of(group, homes) for group in groups}}
    names = {name: [found[1] for found in _CLASS.finditer(text)] for name, text in files.items()}
    offered = {**{name: offered_by(_CLIENT / "events" / f"{name}.py") for name in ("base", "connection")}, **names}
    files["__init__"] = package(
        "Events, typed and immutable: one class for each kind, whichever dialect told it.", offered
    )
    texts = {f"{_FOLDER}/events/{name}.py": text for name, text in files.items()}
    return {**texts, f"{_FOLDER}/dialects/trading_names.py": _trading_names(groups)}


def _shared_module(groups: Sequence[EventGroup], homes: Homes) -> str:
    found = dict.fromkeys(each for group in groups for event in group.events for each in types_of(event))
    blocks = [_type_block(each) for each in found if homes[each] == SHARED and each not in STAYS_TEXT]
    return module(SHARED_ABOUT, blocks, shared=())


def _module_of(group: EventGroup, homes: Homes) -> str:
    blocks: dict[type, str] = {MarketEvent: _market_base()} if group.events[0].is_of_market else {}
    for event in group.events:
        own = [each for each in types_of(event) if homes[each] == group.name and each not in STAYS_TEXT]
        blocks |= {each: _type_block(each) for each in own}
        blocks[event.struct] = _event_block(event)
    events = tuple_of([name_of(event.struct) for event in group.events])
    shared = [name_of(each) for each, home in homes.items() if home == SHARED]
    return module(group.about, [*blocks.values(), f"{group.name.upper()}_EVENTS = {events}"], shared=shared)


def _type_block(declared: Any) -> str:
    if not issubclass(declared, Enum):
        return _struct_block(declared)
    members = [f'    {member.name} = "{member.value}"' for member in declared]
    return "\n".join([f"class {name_of(declared)}(StrEnum):", *docstring(description_of(declared)), "", *members])


def _struct_block(struct: type[msgspec.Struct]) -> str:
    parent = parent_of(struct)
    base = "msgspec.Struct" if parent is None else name_of(parent)
    is_positional = any(each.kind is not Parameter.KEYWORD_ONLY for each in signature(struct).parameters.values())
    options = "frozen=True, array_like=True" if is_positional else _STRUCT
    names = {field.name: field.name for field in msgspec.structs.fields(struct)}
    return _class(name_of(struct), base, options, described(struct, names), nested_fields(struct))


def _market_base() -> str:
    told = [field for field in nested_fields(MarketEvent) if field.attribute in _OF_MARKET]
    about = described(MarketEvent, {name: name for name in (*MARKS, *_OF_MARKET, "time")})
    marks = [f"    {mark}: bool = False" for mark in MARKS]
    return "\n".join([_class("MarketEvent", "Event", _STRUCT, about, told), *marks])


def _event_block(event: EventShape) -> str:
    fields = _fields_of(event)
    inherited = [*(_OF_MARKET if event.is_of_market else ()), "time"]
    names = {**{name: name for name in inherited}, **{field.attribute: attribute(field) for field in fields}}
    own = [field for field in fields if field.attribute not in inherited]
    return _class(
        name_of(event.struct),
        _BASES[event.base],
        _STRUCT,
        described(
            event.struct, names, event.happenings, _PARTIAL if any(_is_partial(event, field) for field in own) else ""
        ),
        [*_symbol_of_none(event), *own],
        constants=_constants(event, own),
    )


def _fields_of(event: EventShape) -> list[FieldShape]:
    """Return the fields that some dialect tells; what not all of them do may be None."""
    either = {field.attribute: field for field in (*(event.trading or ()), *event.fields)}
    declared = [either[field.name] for field in msgspec.structs.fields(event.struct) if field.name in either]
    return [_optional(field) if _is_partial(event, field) else field for field in declared]


def _is_partial(event: EventShape, field: FieldShape) -> bool:
    """Return whether a dialect leaves the field out."""
    dialects = [event.fields, event.trading or event.fields]
    return not all(any(told.attribute == field.attribute for told in dialect) for dialect in dialects)


def _optional(field: FieldShape) -> FieldShape:
    return msgspec.structs.replace(field, is_nullable=True, default=None)


def _symbol_of_none(event: EventShape) -> list[FieldShape]:
    """Return the symbol with its default, for an event of the market that has none."""
    is_untold = issubclass(event.struct, MarketEvent) and all(field.attribute != "symbol" for field in event.fields)
    return [FieldShape(attribute="symbol", name="symbol", core=str, default="")] if is_untold else []


def _constants(event: EventShape, fields: Sequence[FieldShape]) -> list[str]:
    lines = [f'kind: ClassVar[str] = "{event.kind}"']
    times = [field.name for field in event.fields if field.attribute == "time"]
    lines += [f'own_time: ClassVar[str] = "{name}"' for name in times if name != _USUAL_TIME]
    others = [f'"{field.name}"' for field in fields if field.is_time]
    return [*lines, *([f"other_times: ClassVar[tuple[str, ...]] = {tuple_of(others)}"] if others else [])]


def _class(
    name: str,
    base: str,
    options: str,
    about: list[str],
    fields: Sequence[FieldShape],
    *,
    constants: Sequence[str] = (),
) -> str:
    parts = [[f"    {constant}" for constant in constants], field_lines(fields)]
    body = ["", *"\n\n".join("\n".join(part) for part in parts if part).splitlines()]
    rename = ', rename="camel"' if any(is_camel(field) for field in fields) else ""
    return "\n".join([f"class {name}({base}, {options}{rename}):", *docstring(about), *body])


def _trading_names(groups: Sequence[EventGroup]) -> str:
    renames: Mapping[str, Mapping[str, str]] = {
        event.kind: _renames_of(event) for group in groups for event in group.events if event.trading
    }
    about = "The names that the trading dialect has for itself: by the kind of an event, what `/ws` calls its field."
    lines = [f'    "{kind}": {_dict_of(names)},' for kind, names in renames.items()]
    return module(about, ["\n".join(["TRADING_NAMES: Mapping[str, Mapping[str, str]] = {", *lines, "}"])], shared=())


def _renames_of(event: EventShape) -> dict[str, str]:
    usual = {field.attribute: field.name for field in event.fields}
    told = [(field.name, usual.get(field.attribute, field.name)) for field in event.trading or ()]
    return {name: meant for name, meant in told if name != meant}


def _dict_of(names: Mapping[str, str]) -> str:
    return "{" + ", ".join(f'"{name}": "{meant}"' for name, meant in names.items()) + "}"

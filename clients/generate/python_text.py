"""Names, fields, docstrings and imports as Python writes them."""

import ast
import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec

from clients.generate.descriptions import NOTICE, WIDTH, wrapped
from clients.generate.events import FieldShape
from streaming.events import Candle, Interval, SignalAction

STAYS_TEXT = {Interval}
"""What stays text, so that a new one makes no event unknown."""
_NAMES: Mapping[type, str] = {Candle: "Kline", SignalAction: "Action"}
_ATTRIBUTES = {"kind": "about", "change_kind": "happened"}
"""What has another meaning for the client's events."""
_JSON = "Mapping[str, Any]"
_STANDARD = {
    "collections.abc": ("Mapping",),
    "decimal": ("Decimal",),
    "enum": ("StrEnum",),
    "typing": ("Any", "ClassVar"),
}
_OF_CLIENT = {"tidewire_client.events.base": ("DottedEvent", "Event", "Milliseconds")}
_VALUES = "tidewire_client.events.values"
_DOCSTRING = re.compile(r'""".*?"""', re.DOTALL)
_INDENT = "    "
_QUOTES = '"""'


def name_of(declared: type) -> str:
    """Return what clients call a type."""
    return _NAMES.get(declared, declared.__name__)


def attribute(field: FieldShape) -> str:
    """Return what an event of the client calls a field."""
    return _ATTRIBUTES.get(field.attribute, field.attribute)


def field_lines(fields: Iterable[FieldShape]) -> list[str]:
    """Return the declarations of fields."""
    shown = list(fields)
    is_camel_case = any(is_camel(field) for field in shown)
    return [f"{_INDENT}{attribute(field)}: {_type(field)}{_given(field, camel=is_camel_case)}" for field in shown]


def is_camel(field: FieldShape) -> bool:
    """Return whether a field's name is its attribute's in camel case."""
    return field.name != attribute(field) and field.name == _camel(attribute(field))


def docstring(paragraphs: list[str]) -> list[str]:
    """Return a class's docstring as lines."""
    lines = wrapped(paragraphs, width=WIDTH - len(_INDENT) - 2 * len(_QUOTES))
    if len(lines) == 1:
        return [f"{_INDENT}{_QUOTES}{lines[0]}{_QUOTES}"]
    first, *rest = lines
    return [f"{_INDENT}{_QUOTES}{first}", *(f"{_INDENT}{line}".rstrip() for line in rest), f"{_INDENT}{_QUOTES}"]


def module(about: str, blocks: Sequence[str], *, shared: Iterable[str]) -> str:
    """Return the text of a module; `shared` are the names that events/values.py has."""
    body = "\n\n\n".join(blocks)
    return f"{_QUOTES}{about}\n\n{NOTICE}\n{_QUOTES}\n\n{_imports(body, sorted(shared))}\n\n{body}\n"


def package(about: str, names: Mapping[str, Sequence[str]]) -> str:
    """Return the text of the package that offers what its modules have, by their names."""
    modules = sorted(names)
    imports = [f"from tidewire_client.events.{name} import {_names_of(names[name])}" for name in modules]
    offered = "".join(f'{_INDENT}"{name}",\n' for name in _in_order(each for name in modules for each in names[name]))
    head = f"{_QUOTES}{about}\n\n{NOTICE}\n{_QUOTES}"
    return "\n".join([head, "", *imports, "", f"__all__ = [\n{offered}]"]) + "\n"


def offered_by(file: Path) -> list[str]:
    """Return what a module says in `__all__` that it offers."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name("__all__")], value=value):
                return list(ast.literal_eval(value))
    raise ValueError(f"{file} has no __all__")


def _names_of(names: Iterable[str]) -> str:
    return "(" + "".join(f"\n{_INDENT}{name}," for name in _in_order(names)) + "\n)"


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (not name.isupper(), name))


def tuple_of(items: Sequence[str]) -> str:
    """Return a tuple of what is written already, one item a line where they don't fit on one."""
    on_one_line = f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    broken = "".join(f"\n{_INDENT}{item}," for item in items)
    return on_one_line if len(on_one_line) < WIDTH - len("MARKET_EVENTS = ") else f"({broken}\n)"


def _imports(body: str, shared: Sequence[str]) -> str:
    words = set(re.findall(r"\w+", _DOCSTRING.sub("", body)))
    library = "import msgspec" if "msgspec" in words else ""
    parts = [_from(_STANDARD, words), library, _from({**_OF_CLIENT, _VALUES: tuple(shared)}, words)]
    text = "\n\n".join(part for part in parts if part)
    return f"{text}\n" if body.startswith("class ") else text


def _from(modules: Mapping[str, Sequence[str]], words: set[str]) -> str:
    wanted = {name: [each for each in offered if each in words] for name, offered in modules.items()}
    return "\n".join(f"from {name} import {', '.join(used)}" for name, used in wanted.items() if used)


def _camel(name: str) -> str:
    """Return a name as msgspec renames it: `change_1h` becomes `change1H`, so that it is no name of the wire."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _type(field: FieldShape) -> str:
    if field.is_json:
        told = _JSON
    elif field.is_time or field.is_epoch:
        told = "Milliseconds"
    else:
        told = _core(field.core)
    return f"{told} | None" if field.is_nullable or field.may_be_absent else told


def _core(core: Any) -> str:
    if typing.get_origin(core) is tuple:
        return f"tuple[{_core(typing.get_args(core)[0])}, ...]"
    return "str" if core in STAYS_TEXT else name_of(core)


def _given(field: FieldShape, *, camel: bool) -> str:
    default = "" if field.default is msgspec.NODEFAULT else _default(field)
    usual = _camel(attribute(field)) if camel else attribute(field)
    if field.name == usual:
        return default and f" = {default}"
    return f' = msgspec.field(name="{field.name}"{default and f", default={default}"})'


def _default(field: FieldShape) -> str:
    match field.default:
        case msgspec.UNSET | None:
            return "None"
        case str(text) if field.is_json:
            return text
        case Enum() as member:
            return f"{name_of(type(member))}.{member.name}"
        case str(text):
            return f'"{text}"'
        case Decimal() as number:
            return f"Decimal({number})" if number == int(number) else f'Decimal("{number}")'
        case other:
            return repr(other)

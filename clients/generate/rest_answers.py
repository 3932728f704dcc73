"""What REST answers, as TypeScript declares it for the pages: of the OpenAPI document, the schemas that they name."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from clients.generate.descriptions import NOTICE
from clients.generate.typescript_text import comment, imported, one_of, translated, words_of

Schema = Mapping[str, Any]

ANSWERS_FILE = "answers.d.ts"
_ABOUT = "What the server answers by REST, as far as the other files here name it."
_NAMED = re.compile(r'type\s*\{([^}]*)\}\s*from\s*"\./answers\.js"')
_REFERENCE = "#/components/schemas/"
_SIMPLE = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}
_TIME = [{"type": "integer"}, {"type": "string"}]
"""What the document has two types for is a time: each interface writes it in its way."""
_SAYS_NO_TYPE = frozenset(
    {"title", "description", "default", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}
    | {"propertyNames", "maxProperties"}
    | {"format", "pattern", "unit", "formula", "source"}
)


class UnknownSchemaError(Exception):
    """A schema that isn't there was named, or one says what the generator has no type for."""


def answers_file(schemas: Mapping[str, Schema], readers: Iterable[str]) -> str:
    """Return the declarations of the schemas that the texts of `readers` import, and of all that these refer to."""
    found = _with_referred(schemas, [name for reader in readers for name in _imported_names(reader)])
    body = "\n\n".join(_declaration(name, schema) for name, schema in schemas.items() if name in found)
    time = imported(words_of(body) & {"Time"}, "@tidewire/client/protocol")
    return "\n".join([*comment([_ABOUT, NOTICE]), *([time] if time else []), "", body, ""])


def _imported_names(reader: str) -> Iterator[str]:
    for listed in _NAMED.findall(reader):
        yield from (name.split(" as ")[0].strip() for name in listed.split(",") if name.strip())


def _with_referred(schemas: Mapping[str, Schema], wanted: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            raise UnknownSchemaError(f"{name}: imported from answers.js, but no schema of the server's is called so")
        if name not in found:
            found.add(name)
            waiting += _referred(schemas[name])
    return found


def _referred(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(reference := schema.get("$ref"), str):
            yield _referred_name(reference)
        schema = list(schema.values())
    if isinstance(schema, list):
        for inner in schema:
            yield from _referred(inner)


def _referred_name(reference: str) -> str:
    return reference.removeprefix(_REFERENCE)


def _declaration(name: str, schema: Schema) -> str:
    about = [" ".join(paragraph.split()) for paragraph in schema.get("description", "").split("\n\n")]
    said = comment(translated(about)) if any(about) else []
    try:
        return "\n".join([*said, *_declared(name, schema)])
    except UnknownSchemaError as error:
        raise UnknownSchemaError(f"{name}: {error}") from None


def _declared(name: str, schema: Schema) -> list[str]:
    """Return the lines of a type; of an object no interface, which nothing would take that takes any record."""
    if "properties" in schema:
        return [f"export type {name} = {{", *_fields(schema), "};"]
    if "enum" in schema:
        return [f"export type {name} ={one_of(_literals(schema['enum']))};"]
    return [f"export type {name} = {_type(schema)};"]


def _fields(schema: Schema) -> Iterator[str]:
    """Yield the fields of an object; an answer is written whole, so that one with a default is there, too."""
    _type({key: value for key, value in schema.items() if key not in {"properties", "required"}})
    for name, field in schema["properties"].items():
        may_be_absent = name not in schema.get("required", ()) and "default" not in field
        key = name if name.isidentifier() else json.dumps(name)
        yield f"  {key}{'?' if may_be_absent else ''}: {_type(field)};"


def _type(schema: Schema) -> str:
    """Return the type of a value."""
    said = {key: value for key, value in schema.items() if key not in _SAYS_NO_TYPE}
    match said:
        case {"$ref": str(reference), **rest}:
            return _whole(_referred_name(reference), rest)
        case {"anyOf": list(options), **rest}:
            return _whole(_either(options), rest)
        case {"enum": list(values), **rest}:
            return _whole(" | ".join(_literals(values)), rest)
        case {"type": "array", **rest}:
            return _array(rest)
        case {"type": "object", **rest}:
            return _record(rest)
    return _simple(said)


def _simple(schema: Schema) -> str:
    match schema:
        case {"type": ["number", "string"], **rest}:  # one that may be given as text, too, is answered as a number
            return _whole("number", rest)
        case {"type": str(kind), **rest} if kind in _SIMPLE:
            return _whole(_SIMPLE[kind], rest)
    return _whole("unknown", schema)


def _array(schema: Schema) -> str:
    match schema:
        case {"prefixItems": list(items), "items": False, **rest}:
            return _whole(f"[{', '.join(map(_type, items))}]", rest)
        case {"items": Mapping() as item, **rest}:
            inner = _type(item)
            return _whole(f"({inner})[]" if " | " in inner else f"{inner}[]", rest)
    return _whole("unknown[]", schema)


def _record(schema: Schema) -> str:
    match schema:
        case {"additionalProperties": Mapping() as values, **rest}:
            return _whole(f"Record<string, {_type(values)}>", rest)
    return _whole("Record<string, unknown>", schema)


def _whole(text: str, rest: Schema) -> str:
    """Return a type, of whose schema nothing may be left that it doesn't tell."""
    if rest:
        raise UnknownSchemaError(f"no type is known for {', '.join(f'{key} {rest[key]!r}' for key in rest)}")
    return text


def _either(options: Sequence[Schema]) -> str:
    is_time = all(each in options for each in _TIME)
    others = [option for option in options if not (is_time and option in _TIME)]
    return " | ".join([*(["Time"] if is_time else []), *map(_type, others)])


def _literals(values: Iterable[Any]) -> list[str]:
    return [json.dumps(value) for value in values]

"""Every schema as a list of fields, and what is said in pieces, as pages show them to people. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from config.openapi.components import Schema

_encode = msgspec.json.Encoder(decimal_format="number").encode
_REFERENCE = "#/components/schemas/"
_FLATTENED = 4
"""How deep objects within a frame are told beside it; deeper ones have names of their own."""
_BOUNDS = {
    "minimum": ("at least", ""),
    "maximum": ("at most", ""),
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
}
"""How each is told: of what so many are."""


class Part(msgspec.Struct, frozen=True):
    """A piece of what is said of a type; with an `anchor` it leads to a schema."""

    text: str
    anchor: str = ""


class Text(msgspec.Struct, frozen=True):
    """A piece of a sentence, which may be a name or a value of the wire."""

    text: str
    is_code: bool


Paragraph = tuple[Text, ...]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an object: its path in that, what it is, and what else there is to say."""

    path: str
    is_required: bool
    type: tuple[Part, ...]
    note: Paragraph


class NamedSchema(msgspec.Struct, frozen=True, kw_only=True):
    """A type that others refer to: an object by its fields, or what its values can be."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    fields: tuple[Field, ...]
    type: tuple[Part, ...]


class SchemaFields:
    """Schemas that may refer to each other, of OpenAPI or AsyncAPI."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def named(self) -> Iterator[NamedSchema]:
        """Yield the schemas that have names, by these."""
        for name, schema in sorted(self._schemas.items()):
            fields = self.of(schema)
            parts = () if fields else tuple(self.type_of(schema))
            about = paragraphs_of(schema["description"]) if "description" in schema else ()
            yield NamedSchema(name=name, paragraphs=about, fields=fields, type=parts)

    def of(self, schema: Schema) -> tuple[Field, ...]:
        """Return the fields of an object, those of objects within it by their paths; of several shapes, of all."""
        return tuple({field.path: field for field in self._fields(self._resolved(schema), "", _FLATTENED)}.values())

    def _fields(self, schema: Schema, prefix: str, depth: int) -> Iterator[Field]:
        for shape in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            yield from self._fields(self._resolved(shape), prefix, depth)
        required = schema.get("required", ())
        for name, inner in schema.get("properties", {}).items():
            path = f"{prefix}{name}"
            type_ = tuple(self.type_of(inner))
            yield Field(path=path, is_required=name in required, type=type_, note=note_of(inner))
            if "properties" in inner and depth:
                yield from self._fields(inner, f"{path}.", depth - 1)

    def _resolved(self, schema: Schema) -> Schema:
        reference = schema.get("$ref", "")
        return self._schemas[reference.removeprefix(_REFERENCE)] if reference else schema

    def type_of(self, schema: Schema) -> Iterator[Part]:
        """Yield what a value can be, in pieces."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_REFERENCE)
            yield Part(name, f"schema-{name}")
        elif "const" in schema:
            yield Part(_json(schema["const"]))
        elif "enum" in schema:
            yield Part(", ".join(map(_json, schema["enum"])))
        elif options := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
            for number, option in enumerate(options):
                yield from [Part(" or ")] if number else []
                yield from self.type_of(option)
        else:
            yield from self._simple_type(schema)

    def _simple_type(self, schema: Schema) -> Iterator[Part]:
        kinds = schema.get("type", "anything")
        yield Part(" or ".join([kinds] if isinstance(kinds, str) else kinds))
        items = schema.get("items")
        inner = items if isinstance(items, list) else [items] if items else []
        for number, item in enumerate(inner):
            yield Part(", " if number else " of ")
            yield from self.type_of(item)


def note_of(schema: Schema) -> Paragraph:
    """Return what else there is to say of a value: its description, its bounds, what it is unless given."""
    said = [schema["description"]] if "description" in schema else []
    said += [_bound_text(words, unit, schema[name]) for name, (words, unit) in _BOUNDS.items() if name in schema]
    default = schema.get("default")
    said += [f"{_json(default)} unless given"] if isinstance(default, str | int | float) and default != "" else []
    return pieces_of("; ".join(said))


def _bound_text(words: str, unit: str, bound: Any) -> str:
    return f"{words} {bound} {unit}{'' if bound == 1 or not unit else 's'}".rstrip()


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """Return what is said, a paragraph each."""
    return tuple(pieces_of(paragraph) for paragraph in text.split("\n\n"))


def pieces_of(text: str) -> Paragraph:
    """Return a sentence in pieces: what stands between backticks is code."""
    return tuple(Text(piece, bool(number % 2)) for number, piece in enumerate(text.split("`")) if piece)


def _json(value: Any) -> str:
    return _encode(value).decode()


def written(value: Any) -> str:
    """Return a value as JSON in lines, as an example."""
    return msgspec.json.format(_encode(value), indent=2).decode()

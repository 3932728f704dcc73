"""Structs as JSON Schema, each once among the document's components. The same Structs read and write what is sent."""

from collections.abc import Iterable
from typing import Any

import msgspec
from django.db.models import Choices

from streaming.commands.parameters import Parameters

Schema = dict[str, Any]

_PREFIX = "#/components/schemas/"
_DECIMAL = {"type": "string", "format": "decimal"}
_NUMBER: Schema = {"type": ["number", "string"]}
"""An exact number may be sent as text, too."""
_END_OF_TEXT = (r"\Z", "$")
"""As Python writes it, which the patterns of JSON Schema (ECMA 262) don't know, and as they do."""


class Components:
    """The schemas of `kinds` and of all that they refer to, by name; of the same name, the longer one tells apart."""

    def __init__(self, kinds: Iterable[type[msgspec.Struct]]) -> None:
        distinct = list(dict.fromkeys(kinds))
        references, found = msgspec.json.schema_components(
            distinct, schema_hook=_choices, ref_template=_PREFIX + "{name}"
        )
        self.schemas: dict[str, Schema] = {name: _with_numbers(schema) for name, schema in found.items()}
        self._references = dict(zip(distinct, references, strict=True))
        for kind in distinct:
            if issubclass(kind, Parameters):
                self.object_schema(kind)["additionalProperties"] = False

    def reference(self, kind: type[msgspec.Struct]) -> Schema:
        """Return the reference to a Struct's schema."""
        return dict(self._references[kind])

    def object_schema(self, kind: type[msgspec.Struct]) -> Schema:
        """Return a Struct's own schema: `properties`, `required` and the like."""
        return self.schemas[str(self._references[kind]["$ref"]).removeprefix(_PREFIX)]


def _choices(kind: type[Any]) -> Schema:
    """Return the schema of Django's choices, which msgspec doesn't take for an enum."""
    if issubclass(kind, Choices):
        return {"title": kind.__name__, "enum": list(kind.values)}
    raise NotImplementedError


def _with_numbers(schema: Any) -> Any:
    """Say of each decimal what is accepted, where msgspec knows only text; write patterns as all readers know them."""
    if isinstance(schema, list):
        return [_with_numbers(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema and isinstance(schema.get("type"), str):  # a type's own, where what may be given was declared
        schema = {key: value for key, value in schema.items() if key != "type"}
    if isinstance(schema.get("pattern"), str):
        schema = {**schema, "pattern": schema["pattern"].replace(*_END_OF_TEXT)}
    if schema.items() >= _DECIMAL.items():
        return {**{key: value for key, value in schema.items() if key not in _DECIMAL}, **_NUMBER}
    return {key: _with_numbers(value) for key, value in schema.items()}

"""JSON Schema as AsyncAPI understands it: draft 7, where OpenAPI 3.1 has 2020-12. Pure."""

from collections.abc import Iterable
from typing import Any

import msgspec

from config.openapi.components import Components, Schema

REFERENCE = "$ref"
_ITEMS_BY_PLACE = "prefixItems"
_WRITTEN_TIME = [{"type": "string"}, {"type": "integer"}]


class StructSchemas:
    """The schemas of Structs, and of all that they refer to, by name; `time` is how the dialect writes times."""

    def __init__(self, kinds: Iterable[type[msgspec.Struct]], time: Schema) -> None:
        self._components = Components(kinds)
        self.schemas: dict[str, Schema] = {
            name: in_draft_7(with_times(schema, time)) for name, schema in self._components.schemas.items()
        }

    def reference(self, kind: type[msgspec.Struct]) -> Schema:
        """Return the reference to a Struct's schema."""
        return self._components.reference(kind)


def in_draft_7(schema: Any) -> Any:
    """Return a schema in the words of draft 7, in which nothing beside a reference counts.

    >>> in_draft_7({"$ref": "#/a", "default": 1})
    {'allOf': [{'$ref': '#/a'}], 'default': 1}
    >>> in_draft_7({"type": "array", "prefixItems": [{"type": "integer"}], "items": False})
    {'type': 'array', 'items': [{'type': 'integer'}], 'additionalItems': False}
    """
    if isinstance(schema, list | tuple):
        return [in_draft_7(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    said = {name: in_draft_7(value) for name, value in schema.items()}
    if isinstance(said.get(REFERENCE), str) and len(said) > 1:
        reference = said.pop(REFERENCE)
        return {"allOf": [{REFERENCE: reference}], **said}
    if _ITEMS_BY_PLACE in said:
        items, further = said.pop(_ITEMS_BY_PLACE), said.pop("items", True)
        return {**said, "items": items, "additionalItems": further}
    return said


def with_times(schema: Any, time: Schema) -> Any:
    """Return the schema of an answer with its times as a dialect writes them, where any interface's were described."""
    if isinstance(schema, list | tuple):
        return [with_times(item, time) for item in schema]
    if not isinstance(schema, dict):
        return schema
    options = schema.get("anyOf")
    if isinstance(options, list) and all(one in options for one in _WRITTEN_TIME):
        others = [option for option in options if option not in _WRITTEN_TIME]
        said = {name: value for name, value in schema.items() if name != "anyOf"}
        return {**said, "anyOf": [time, *others]} if others else {**said, **time}
    return {name: with_times(value, time) for name, value in schema.items()}


def object_of(properties: dict[str, Schema], *, optional: Iterable[str] = (), **more: Any) -> Schema:
    """Return the schema of an object, all of whose properties are there but those that are `optional`."""
    left_out = frozenset(optional)
    required = [name for name in properties if name not in left_out]
    return {"type": "object", "properties": properties, **({"required": required} if required else {}), **more}


def constant(value: str) -> Schema:
    """Return the schema of a text that is always the same."""
    return {"type": "string", "const": value}


TEXT: Schema = {"type": "string"}
WHOLE_NUMBER: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
ISO_TIME: Schema = {"type": "string", "format": "date-time", "description": "ISO 8601, UTC, with milliseconds"}
EPOCH_TIME: Schema = {"type": "integer", "description": "ms since the epoch"}

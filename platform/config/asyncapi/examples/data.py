"""An example of what a schema describes, by its names and types."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from config.asyncapi.examples.values import COUNT, NOW_ISO, NOW_MS, NUMBER, VALUES

_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def example_of(schema: Any, schemas: Mapping[str, Any], name: str = "", *, only_required: bool = False) -> Any:
    """Return a value that a schema describes, by its names and types; of an object with `only_required` no more.

    `name` is the field's, behind that of the object it is in and a dot, where it is in one.
    """
    schema = _resolved(schema, schemas)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return example_of(schema[choice][0], schemas, name, only_required=only_required)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        known = _known(name)
        return known if known in schema["enum"] else schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    match kind:
        case "object":
            return _object(schema, schemas, name, only_required=only_required)
        case "array":
            return _array(schema, schemas, name, only_required=only_required)
    return _simple(kind, schema, name)


def _resolved(schema: Any, schemas: Mapping[str, Any]) -> Any:
    reference = schema.get("$ref") or next((one["$ref"] for one in schema.get("allOf", ())), None)
    return schemas[reference.rpartition("/")[2]] if reference else schema


def _object(schema: Any, schemas: Mapping[str, Any], name: str, *, only_required: bool) -> Any:
    required = schema.get("required", ())
    return {
        field: example_of(inner, schemas, f"{_field(name)}.{field}", only_required=only_required)
        for field, inner in schema.get("properties", {}).items()
        if field in required or not only_required
    }


def _array(schema: Any, schemas: Mapping[str, Any], name: str, *, only_required: bool) -> Any:
    items = schema.get("items", {})
    if isinstance(items, list):
        return [example_of(item, schemas, name, only_required=only_required) for item in items]
    return [example_of(items, schemas, name.removesuffix("s"), only_required=only_required)]


def _simple(kind: Any, schema: Any, name: str) -> Any:
    known = _known(name)
    match kind:
        case "string" if schema.get("format") == "date-time":
            return NOW_ISO
        case "string":
            return known if isinstance(known, str) else _snake(_field(name))
        case "integer":
            counted = NOW_MS if "ms since" in schema.get("description", "") else max(COUNT, schema.get("minimum", 0))
            return known if isinstance(known, int) else counted
        case "number":
            return known if isinstance(known, Decimal) else NUMBER
        case "boolean":
            return True
    return None


def _known(name: str) -> Any:
    """Return what an example says there, if that is known of the object's field, or of any field of the name."""
    return VALUES.get(_snake(name), VALUES.get(_snake(_field(name))))


def _field(name: str) -> str:
    return name.rpartition(".")[2]


def _snake(name: str) -> str:
    return _CAPITAL.sub(r"_\1", name).lower()

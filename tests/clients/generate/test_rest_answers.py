"""The pages' types of what REST answers, as they are made of schemas: what a schema says is what the type says."""

from typing import Any

import pytest

from clients.generate.descriptions import NOTICE
from clients.generate.rest_answers import Schema, UnknownSchemaError, answers_file

_REFERENCE = "#/components/schemas/"
_TIME = [{"type": "string"}, {"type": "integer"}]


def type_of(schema: dict[str, Any]) -> str:
    """Return the type that a field has whose schema is `schema`."""
    schemas: dict[str, Schema] = {
        "Robot": {"type": "object", "properties": {"field": schema}, "required": ["field"]},
        "Arm": {"type": "string"},
    }
    [line] = [line for line in written(schemas, "Robot").splitlines() if line.startswith("  field: ")]
    return line.removeprefix("  field: ").removesuffix(";")


def written(schemas: dict[str, Schema], names: str) -> str:
    """Return the file for a page that names schemas."""
    return answers_file(schemas, [f'import type {{ {names} }} from "./answers.js";'])


def test_the_file_has_what_is_named_and_what_that_refers_to_with_their_descriptions() -> None:
    schemas: dict[str, Schema] = {
        "Mood": {"title": "Mood", "description": "How a robot is.", "enum": ["fine", "tired"]},
        "Robot": {
            "title": "Robot",
            "description": "A robot; `seen` is None\n    before it came.\n\n    One of many.",
            "type": "object",
            "properties": {
                "mood": {"$ref": f"{_REFERENCE}Mood"},
                "seen": {"anyOf": [*_TIME, {"type": "null"}]},
                "top-speed": {"type": "number", "minimum": 0},
            },
            "required": ["mood", "seen", "top-speed"],
        },
        "Walk": {"type": "object", "properties": {}},
    }
    assert written(schemas, "Robot") == (
        f"/**\n * What the server answers by REST, as far as the other files here name it.\n *\n * {NOTICE}\n */\n"
        'import type { Time } from "@tidewire/client/protocol";\n\n'
        "/** How a robot is. */\n"
        'export type Mood = "fine" | "tired";\n\n'
        "/**\n * A robot; `seen` is null before it came.\n *\n * One of many.\n */\n"
        'export type Robot = {\n  mood: Mood;\n  seen: Time | null;\n  "top-speed": number;\n};\n'
    )


@pytest.mark.parametrize(
    ("schema", "type_"),
    [
        ({"type": "string", "maxLength": 3, "title": "What it says"}, "string"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "integer", "minimum": 0}, "number"),
        ({"type": ["number", "string"]}, "number"),
        ({"$ref": f"{_REFERENCE}Arm", "default": "left"}, "Arm"),
        ({"enum": ["run", 3, None]}, '"run" | 3 | null'),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "number | null"),
        ({"anyOf": _TIME}, "Time"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 5}, "string[]"),
        ({"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "null"}]}}, "(number | null)[]"),
        (
            {"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}], "items": False},
            "[number, string]",
        ),
        ({"type": "array"}, "unknown[]"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Record<string, number>"),
        (
            {"type": "object", "additionalProperties": {"type": "string"}, "propertyNames": {"pattern": "^a"}},
            "Record<string, string>",
        ),
        ({"type": "object"}, "Record<string, unknown>"),
        ({}, "unknown"),
    ],
)
def test_each_construct_has_its_type(schema: dict[str, Any], type_: str) -> None:
    assert type_of(schema) == type_


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"type": "string"}]},
        {"type": "string", "contentEncoding": "base64"},
        {"type": "file"},
        {"type": ["integer", "null"]},
        {"type": "array", "items": {"not": {}}},
        {"type": "array", "prefixItems": [{"type": "number"}]},
        {"type": "object", "additionalProperties": False},
        {"type": "object", "patternProperties": {}},
        {"type": "object", "properties": {"within": {"type": "string"}}},
    ],
)
def test_what_it_does_not_know_is_refused_by_the_name_of_the_schema(schema: dict[str, Any]) -> None:
    with pytest.raises(UnknownSchemaError, match="Robot: no type is known for"):
        type_of(schema)


def test_what_may_be_absent_is_neither_required_nor_has_a_default() -> None:
    fields = {"mood": {"type": "string"}, "arms": {"type": "integer", "default": 2}, "note": {"type": "string"}}
    text = written({"Robot": {"type": "object", "properties": fields, "required": ["mood"]}}, "Robot")
    assert "{\n  mood: string;\n  arms: number;\n  note?: string;\n}" in text


def test_pages_name_schemas_in_imports_and_exports_under_names_of_their_own() -> None:
    schemas: dict[str, Schema] = {name: {"type": "string"} for name in ("Arm", "Leg", "Head", "Foot")}
    readers = [
        'export type {\n  Arm as Hand,\n  Leg,\n} from "./answers.js";',
        'import type { Head } from "./heads.js";',
    ]
    text = answers_file(schemas, readers)
    assert text.endswith(" */\n\nexport type Arm = string;\n\nexport type Leg = string;\n")


def test_a_name_that_no_schema_has_is_refused() -> None:
    with pytest.raises(UnknownSchemaError, match="Robbot: imported"):
        written({"Robot": {"type": "string"}}, "Robbot")

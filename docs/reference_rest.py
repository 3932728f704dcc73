"""The site's reference of REST: all that its OpenAPI document says, as Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any

from reference_markdown import (
    code,
    example,
    field_row,
    fields_table,
    heading,
    plain,
    table_of,
    type_text,
    with_types,
)

from config.openapi.schema_fields import SchemaFields, note_of, written

_JSON = "application/json"
_INTRODUCTION = (
    "Made of the types that read and write requests. A running deployment shows the same at `/api/docs/`, with a form "
    "to try it. For programs, as OpenAPI 3.1: [openapi.json](openapi.json), of a running one `/api/schema/`. What "
    "holds everywhere stands in [REST](../rest.md)."
)

Operation = Mapping[str, Any]


def rest_reference(document: Mapping[str, Any]) -> str:
    """Return the page of an OpenAPI document."""
    fields = SchemaFields(document["components"]["schemas"])
    return with_types(_lines(document, fields), fields.named())


def _lines(document: Mapping[str, Any], fields: SchemaFields) -> Iterator[str]:
    yield from ("# REST, address by address", "", _INTRODUCTION, "", plain(document["info"]["description"]), "")
    group = ""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            [tag] = operation["tags"]
            if tag != group:
                group = tag
                yield from (heading(2, plain(tag), f"group-{tag}"), "")
            yield from _operation(f"{method.upper()} {path}", operation, fields)


def _operation(address: str, operation: Operation, fields: SchemaFields) -> Iterator[str]:
    yield from (heading(3, code(address), operation["operationId"]), "")
    yield from (f"{plain(operation['summary'])}. For {plain(operation['x-access'])}.", "")
    yield from table_of([_parameter(each, fields) for each in operation["parameters"]])
    yield from _body(operation, fields)
    yield from _answers(operation, fields)


def _parameter(parameter: Mapping[str, Any], fields: SchemaFields) -> str:
    place = f"in the {parameter['in']}{'' if parameter['required'] else ', optional'}"
    schema = parameter["schema"]
    return field_row(parameter["name"], place, fields.type_of(schema), note_of(schema))


def _body(operation: Operation, fields: SchemaFields) -> Iterator[str]:
    if "requestBody" not in operation:
        return
    content = operation["requestBody"]["content"][_JSON]
    yield from ("The body, as JSON:", "", *fields_table(fields.of(content["schema"])))
    if "example" in content:
        yield from example(written(content["example"]))


def _answers(operation: Operation, fields: SchemaFields) -> Iterator[str]:
    yield from ("| status | answer |", "|---|---|")
    for status, answer in operation["responses"].items():
        schema = answer.get("content", {}).get(_JSON, {}).get("schema")
        yield f"| {status} | {type_text(fields.type_of(schema)) if schema else plain(answer['description'])} |"
    yield ""

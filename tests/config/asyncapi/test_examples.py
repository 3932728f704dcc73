"""The examples of the documents fit what they are examples of, and those of commands are taken by what reads them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from streaming.commands.command import Command
from streaming.gateway.dialects.decoder import decode_client_message
from streaming.installed import command_registry
from tests.config.asyncapi.documents import DIALECTS, described_by, document_of

of_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def example(dialect: str, message: str) -> Any:
    """Return the example of a message."""
    return document_of(dialect)["components"]["messages"][message]["examples"][0]["payload"]


@of_each_dialect
def test_every_message_has_an_example_that_fits(dialect: str) -> None:
    for name in document_of(dialect)["components"]["messages"]:
        assert described_by(dialect).faults(name, example(dialect, name)) == [], name


@of_each_dialect
def test_no_field_of_an_example_says_its_own_name(dialect: str) -> None:
    for name in document_of(dialect)["components"]["messages"]:
        assert [field for field, value in _fields(example(dialect, name)) if value == field] == [], name


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each field of the objects in a value."""
    if isinstance(value, list):
        for one in value:
            yield from _fields(one)
    if isinstance(value, dict):
        for field, inner in value.items():
            yield field, inner
            yield from _fields(inner)


@pytest.mark.parametrize("kind", list(command_registry()), ids=lambda kind: kind.action)
def test_what_is_asked_in_an_example_is_taken(kind: Any) -> None:
    asked = decode_client_message(json.dumps(example("market", f"command.{kind.action}"), default=float))
    assert isinstance(asked, Command)
    assert asked.action == kind.action
    kind.parameters(example("market", f"command.{kind.action}")["params"])

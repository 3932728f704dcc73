"""JSON in the documents can be read; what is a command, or an alert rule (alert-rules.md), is one that is taken.

Commands stand in live-strategies.md. What needs more than there is (strategies.md) is left out.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from streaming.installed import command_registry
from tests.documents.documented_fences import Documented, documented_fences
from tests.wire.documents.fences import FenceKind

_JSON = [each for each in documented_fences() if each.fence.language == "json"]


def _values_of(text: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a fence, which may be several."""
    decoder = json.JSONDecoder(parse_float=Decimal)
    rest = text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        yield value
        rest = rest[end:].lstrip()


@pytest.mark.parametrize("example", _JSON, ids=lambda each: f"{each.document}: {each.begins[:40]}")
def test_it_can_be_read(example: Documented) -> None:
    assert all(isinstance(value, dict) for value in _values_of(example.fence.body))


def _commands() -> list[tuple[str, dict[str, Any]]]:
    tested = [each for each in _JSON if each.fence.kind is FenceKind.TESTED]
    values = [(each, value) for each in tested for value in _values_of(each.fence.body)]
    commands = [(value["action"], value["params"]) for _, value in values if value.get("type") == "command"]
    rules = [("alerts.create", value) for each, value in values if each.document == "alert-rules.md"]
    return commands + rules


def test_what_is_a_command_is_one_that_the_platform_takes() -> None:
    commands = _commands()
    assert {action for action, _ in commands} >= {"strategy.start", "alerts.create"}
    for action, given in commands:
        kind = command_registry().find(action)
        assert kind is not None, action
        assert kind.parameters(given) is not None  # it raises where they are wrong

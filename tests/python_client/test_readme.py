"""The client's README: its examples run, and it names every option, event, error and call."""

import inspect
import re
import sys
from pathlib import Path

import msgspec
import pytest

from tests.deployments import Deployment
from tests.processes import ROOT, Process
from tests.wire.documents.documented_examples import Example, examples_of, missing_line
from tidewire_client import ClientOptions, Dialect, Entity, LoginBy, StateSync, TidewireClient, errors, events
from tidewire_client.events import CONNECTION_EVENTS, DottedEvent, Event, MarketEvent

README = (ROOT / "clients" / "python" / "README.md").read_text(encoding="utf-8")
EXAMPLES = examples_of(README)
BASES = {Event, DottedEvent, MarketEvent}
ROOTS = {"TidewireError", "ConnectError", "LoginError", "RefusedError", "CommandError", "StateError"}
"""Errors that nothing raises: one catches them."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_prints_what_the_document_says(demo: Deployment, tmp_path: Path, example: Example) -> None:
    assert "ws://127.0.0.1:8000/ws" in example.source
    program = tmp_path / "example.py"
    program.write_text(example.source.replace("ws://127.0.0.1:8000/ws", demo.socket_url), encoding="utf-8")
    process = Process("-W", "error", str(program), environment={"PYTHONPATH": str(ROOT / "clients" / "python")})
    code = process.wait(60)
    process.stop()
    assert code == 0, process.output
    assert missing_line(example.printed, process.output.splitlines()) is None, process.output


def test_it_shows_each_part_by_an_example() -> None:
    assert [example.name for example in EXAMPLES] == ["prices", "handlers", "commands", "state"]


@pytest.mark.parametrize("option", msgspec.structs.fields(ClientOptions), ids=lambda option: option.name)
def test_it_names_each_option_with_its_default(option: msgspec.structs.FieldInfo) -> None:
    row = re.search(rf"^\| `{option.name}` \| (.*?) \|", README, re.MULTILINE)
    assert row, option.name
    if isinstance(option.default, int | float):
        assert float(row[1].replace(",", "")) == option.default


def test_it_names_every_connection_event() -> None:
    named = set(re.findall(r"^\| `(\w+)` \| (?:`\w+\(|`Resync`|a `TidewireError`)", README, re.MULTILINE))
    assert named == CONNECTION_EVENTS


def test_it_names_every_event() -> None:
    kinds = {kind for _, kind in inspect.getmembers(events, inspect.isclass) if issubclass(kind, Event)} - BASES
    assert [kind.__name__ for kind in kinds if f"`{kind.__name__}" not in README] == []


@pytest.mark.parametrize(
    "error",
    [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.TidewireError)],
    ids=lambda error: error.__name__,
)
def test_it_names_every_error_with_its_code_and_the_tree_draws_it(error: type[errors.TidewireError]) -> None:
    assert error.__name__ in (errors.__doc__ or "")
    if error.__name__ in ROOTS:
        return
    row = re.search(rf"^\|.*`{error.__name__}`.*\|$", README, re.MULTILINE)
    assert row, error.__name__
    assert f"`{error.code}`" in row[0] or "the server's" in row[0]


@pytest.mark.parametrize("kind", [TidewireClient, StateSync, Entity])
def test_it_names_every_call(kind: type) -> None:
    calls = [name for name in dir(kind) if not name.startswith("_") and name not in INTERNAL]
    assert [name for name in calls if not re.search(rf"`[^`]*\b{name}\b", README)] == []


INTERNAL = {"take", "begin_loading", "stop_loading", "settled", "off", "name"}
"""What an entity and its state sync say to each other."""


def test_it_names_every_dialect_and_way_to_log_in() -> None:
    assert all(f"`{dialect.value}`" in README for dialect in Dialect)
    assert all(way.name in README for way in LoginBy)


def test_it_runs_with_this_python() -> None:
    assert sys.version_info >= (3, 11)
    assert "Python 3.11 or later" in README

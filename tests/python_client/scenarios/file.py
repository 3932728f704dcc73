"""The scenarios of clients/scenarios/scenarios.json, as clients/scenarios/README.md describes them."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.processes import ROOT
from tests.python_client.scenarios.steps import Step
from tests.python_client.scenarios.tokens import TokenSource
from tidewire_client import Dialect

FOLDER: Path = ROOT / "clients" / "scenarios"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The client's options that a scenario wants; times in seconds. What is unset is the client's default."""

    command_timeout: float | msgspec.UnsetType = msgspec.UNSET
    queue_limit: int | msgspec.UnsetType = msgspec.UNSET
    maximum_attempts: int | msgspec.UnsetType = msgspec.UNSET
    open_timeout: float | msgspec.UnsetType = msgspec.UNSET
    ping_interval: float | msgspec.UnsetType = msgspec.UNSET
    pong_timeout: float | msgspec.UnsetType = msgspec.UNSET


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client has to survive, step by step."""

    name: str
    dialects: list[Dialect]
    token: TokenSource | None
    steps: list[Step]
    options: Options = Options()
    short_tokens: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scenarios: list[Scenario]


def read_scenarios(text: str | bytes) -> list[Scenario]:
    """Return what a file holds; raise `msgspec.ValidationError` where a name or a type in it is wrong."""
    return msgspec.json.decode(text, type=_File).scenarios


def plays() -> Iterator[tuple[Scenario, Dialect]]:
    """Yield every scenario of the shared file with each of its dialects."""
    for scenario in read_scenarios((FOLDER / "scenarios.json").read_bytes()):
        for dialect in scenario.dialects:
            yield scenario, dialect

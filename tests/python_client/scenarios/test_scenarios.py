"""The Python client survives what every client must, on a real gateway behind a proxy that cuts."""

import json
import re
from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest

from tests.clients.stage_process import StageProcess
from tests.python_client.scenarios.file import FOLDER, Scenario, plays, read_scenarios
from tests.python_client.scenarios.runner import play
from tests.python_client.scenarios.steps import Step
from tidewire_client import Dialect

_PLAYS = list(plays())


@pytest.fixture(scope="module")
def stage() -> Iterator[StageProcess]:
    """The stage that the scenarios share."""
    with StageProcess() as running:
        yield running


@pytest.mark.parametrize(("scenario", "dialect"), _PLAYS, ids=[f"{name}: {one.name}" for one, name in _PLAYS])
async def test_it_survives(scenario: Scenario, dialect: Dialect, stage: StageProcess) -> None:
    await play(scenario, dialect, stage)


def _scenario(**changed: object) -> str:
    scenario = {"name": "it", "dialects": ["market"], "token": None, "steps": [{"do": "connect"}], **changed}
    return json.dumps({"scenarios": [scenario]})


def test_it_reads_a_scenario() -> None:
    assert [scenario.name for scenario in read_scenarios(_scenario())] == ["it"]


@pytest.mark.parametrize(
    "changed",
    [
        {"steps": [{"do": "conect"}]},
        {"steps": [{"do": "expect_state", "state": "conected"}]},
        {"steps": [{"do": "expect_state"}]},
        {"steps": [{"do": "expect_event", "chanel": "price:BTCUSDT"}]},
        {"steps": [{"do": "expect_event", "channel": "price:BTCUSDT", "withn": 3}]},
        {"steps": [{"do": "proxy", "act": "kut"}]},
        {"steps": [{"do": "command", "action": "market.symbols", "name": "a"}]},
        {"steps": [{"connect": {}}]},
        {"dialects": ["markets"]},
        {"token": "fresch"},
        {"options": {"queuelimit": 3}},
        {"short_token": True},
    ],
    ids=str,
)
def test_it_finds_every_slip_in_a_scenario(changed: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read_scenarios(_scenario(**changed))


def test_its_readme_has_every_step() -> None:
    table = (FOLDER / "README.md").read_text(encoding="utf-8").partition("| `do` |")[2]
    described = {
        name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert {step.__struct_config__.tag for step in get_args(Step)} <= described


def test_every_step_is_used() -> None:
    used = {type(step) for scenario, _ in _PLAYS for step in scenario.steps}
    assert used == set(get_args(Step))

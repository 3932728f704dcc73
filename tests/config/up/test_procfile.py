"""The Procfile: what runs in production and by `make up`, and what the documents say of it."""

import re
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from config.up.errors import CannotStartError
from config.up.procfile import read_procfile
from streaming.installed import installed_workers
from streaming.management.worker_process import WorkerCommand
from tests.processes import ROOT

_PROGRAMS = read_procfile(ROOT / "Procfile")
_VARIABLES = {"HOST": "127.0.0.1", "PORT": "8000"}


def test_it_reads_programs_and_passes_over_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "Procfile"
    file.write_text(
        "# why: so\n\nweb: python serve.py --port $PORT 'two words'\nclock:  tick $HOST\n", encoding="utf-8"
    )
    web, clock = read_procfile(file)
    assert (web.name, web.listens, clock.name, clock.listens) == ("web", True, "clock", False)
    assert web.arguments(_VARIABLES) == [sys.executable, "serve.py", "--port", "8000", "two words"]
    assert clock.arguments(_VARIABLES) == ["tick", "127.0.0.1"]


def test_it_says_what_a_missing_one_is_for(tmp_path: Path) -> None:
    with pytest.raises(CannotStartError, match="Procfile is missing, which says what to run"):
        read_procfile(tmp_path / "Procfile")


def test_it_names_every_worker_and_one_gateway() -> None:
    assert [program.name for program in _PROGRAMS if program.listens] == ["gateway"]
    assert {program.command.split()[2] for program in _PROGRAMS} <= set(get_commands())
    started = {program.name: program.command for program in _PROGRAMS if not program.listens}
    assert set(started) == set(installed_workers())
    for name, command in started.items():
        assert command in {f"python manage.py run_{name}", f"python manage.py run_worker {name}"}


def _workers_with_a_command() -> list[str]:
    return [name for name in installed_workers() if f"run_{name}" in get_commands()]


@pytest.mark.parametrize("name", _workers_with_a_command())
def test_a_workers_command_runs_that_worker_and_no_other(name: str) -> None:
    command = load_command_class(get_commands()[f"run_{name}"], f"run_{name}")
    assert isinstance(command, WorkerCommand)
    assert command.worker == name


def test_the_readme_starts_nothing_that_production_does_not() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Run it in several processes")[2]
    named = set(re.findall(r"manage\.py (serve|run_\w+)", readme.partition("\n## ")[0]))
    assert {"serve", "run_bridge", "run_alerts"} <= named <= {program.command.split()[2] for program in _PROGRAMS}

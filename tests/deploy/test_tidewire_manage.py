"""`tidewire-manage`, which runs a command of manage.py on a machine with the units: as they run theirs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.processes import ROOT
from tests.services import need_program

_UNITS = ROOT / "platform" / "deploy" / "systemd"
_SCRIPT = Path("platform/deploy/systemd/tidewire-manage")
_DOCUMENTS = ("operations.md", "how-to/back-up-and-restore.md", "how-to/upgrade-without-loss.md")

_SYSTEMD_RUN = """#!/bin/sh
printf '%s\\n' "$@" >"$ASKED"
for argument; do
    case $argument in
        --property=WorkingDirectory=*) cd "${argument#*=*=}" ;;
        --*) ;;
        *) break ;;
    esac
    shift
done
exec "$@"
"""
"""In the place of systemd's own, which needs systemd as the first process: notes what it is asked for, and runs it."""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with two versions, a link to each in turn, and a `tidewire-manage` of the link's version."""
    for name in ("tidewire-1", "tidewire-2"):
        script = tmp_path / name / _SCRIPT
        python = tmp_path / name / ".venv" / "bin" / "python"
        for file in (script, python):
            file.parent.mkdir(parents=True)
        shutil.copy(ROOT / _SCRIPT, script)
        _make_program(python, '#!/bin/sh\necho "$0" "$PWD" "$@"\n')
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tidewire-manage").symlink_to(tmp_path / "tidewire" / _SCRIPT)
    _make_program(tmp_path / "bin" / "systemd-run", _SYSTEMD_RUN)
    return tmp_path


def _make_program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _run(machine: Path, *command: str) -> tuple[list[str], list[str]]:
    """Return what the command printed, and the options that systemd-run was given."""
    asked = machine / "asked"
    done = subprocess.run(
        ["tidewire-manage", *command],
        env={"PATH": f"{machine / 'bin'}:{os.environ['PATH']}", "ASKED": str(asked)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    options = [line for line in asked.read_text(encoding="utf-8").splitlines() if line.startswith("--")]
    return done.stdout.split(), options


@pytest.mark.parametrize("version", ["tidewire-1", "tidewire-2"])
def test_it_runs_the_version_that_the_link_leads_to_and_stays_in_its_folder(machine: Path, version: str) -> None:
    (machine / "tidewire").symlink_to(version)
    said, _ = _run(machine, "verify_audit", "--no-color")
    folder = str(machine / version)
    assert said == [f"{folder}/.venv/bin/python", folder, "manage.py", "verify_audit", "--no-color"]


def test_it_has_the_user_the_settings_and_the_limits_of_the_units(machine: Path) -> None:
    (machine / "tidewire").symlink_to("tidewire-1")
    _, options = _run(machine, "doctor")
    common = (_UNITS / "tidewire-.service.d" / "common.conf").read_text(encoding="utf-8")
    gateway = (_UNITS / "tidewire-gateway@.service").read_text(encoding="utf-8")
    given = [option.removeprefix("--property=") for option in options if option.startswith("--property=")]
    alike = [line for line in given if not line.startswith("WorkingDirectory=")]
    assert {line.partition("=")[0] for line in alike} >= {"User", "EnvironmentFile", "UMask", "LimitNOFILE"}
    assert [line for line in alike if f"\n{line}\n" not in common] == []
    named = " ".join(re.findall(r"^Environment=(.+)$", common + gateway, re.MULTILINE)).split()
    assert [option.removeprefix("--setenv=") for option in options if option.startswith("--setenv=")] == named


def test_systemd_knows_what_it_asks_for(machine: Path) -> None:
    (machine / "tidewire").symlink_to("tidewire-1")
    _, options = _run(machine, "doctor")
    lines = [option.partition("=")[2] for option in options if option.startswith("--property=")]
    unit = machine / "asked.service"
    unit.write_text("\n".join(["[Service]", "ExecStart=/bin/true", *lines, ""]), encoding="utf-8")
    verify = [need_program("systemd-analyze"), "verify", "--man=no", str(unit)]
    done = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_what_a_document_has_it_run_is_a_command(document: str) -> None:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    named = set(re.findall(r"tidewire-manage (\w+)", text))
    assert named
    assert named - set(get_commands()) == set()

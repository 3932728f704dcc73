"""The units of systemd for one machine: systemd takes them, and they start all that the Procfile names."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from config.up.procfile import read_procfile
from tests.processes import ROOT
from tests.services import need_program

_DEPLOY = ROOT / "platform" / "deploy"
_UNITS = _DEPLOY / "systemd"
_TARGET = "tidewire.target"


def _started() -> list[str]:
    """Return what the target starts."""
    wants = re.findall(r"^Wants=(.+)$", (_UNITS / _TARGET).read_text(encoding="utf-8"), re.MULTILINE)
    return [unit for line in wants for unit in line.split()]


def _value(unit: str, name: str) -> str:
    """Return what a unit, of which `unit` is an instance, says of `name`, with the instance in place of %i."""
    kind, _, instance = unit.removesuffix(".service").partition("@")
    text = (_UNITS / f"{kind}@.service").read_text(encoding="utf-8")
    found = re.search(rf"^{name}(.+)$", text, re.MULTILINE)
    assert found is not None, (unit, name)
    return found[1].replace("%i", instance)


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """Units that are installed into a folder, with programs and settings where they look for them."""
    units = shutil.copytree(_UNITS, tmp_path / "units")
    program = tmp_path / "opt" / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    for unit in [path for path in units.rglob("*") if path.is_file()]:
        text = unit.read_text(encoding="utf-8").replace("/opt/tidewire", str(tmp_path / "opt"))
        unit.write_text(text, encoding="utf-8")
    return {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"}


def test_systemd_takes_them_without_a_word(installed: dict[str, str]) -> None:
    analyze = need_program("systemd-analyze")
    units = [_TARGET, "tidewire-prepare.service", "tidewire-backup.timer", "tidewire-backup.service", *_started()]
    command = [analyze, "verify", "--man=no", *units]
    done = subprocess.run(command, env=installed, capture_output=True, text=True, timeout=60, check=False)
    said = [line for line in done.stderr.splitlines() if "tidewire" in line]
    assert said == []
    assert done.returncode == 0, done.stderr


def test_the_target_starts_two_of_each_process_that_the_procfile_names() -> None:
    commands = [f"python {_value(unit, 'ExecStart=/opt/tidewire/.venv/bin/python ')}" for unit in _started()]
    programs = read_procfile(ROOT / "Procfile")
    twice = [
        program.command.replace("$HOST", "127.0.0.1").replace("$PORT", port)
        for program in programs
        for port in ("8001", "8002")
    ]
    assert commands == twice


def test_prometheus_reads_each_of_them_and_the_proxies_hand_on_to_each_gateway() -> None:
    configuration = yaml.safe_load((_DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    (platform,) = [job for job in configuration["scrape_configs"] if job["job_name"] == "tidewire"]
    read = [target for targets in platform["static_configs"] for target in targets["targets"]]
    gateways = [_value(unit, "ExecStart=.* --port ") for unit in _started() if unit.startswith("tidewire-gateway@")]
    workers = [_value(unit, "Environment=METRICS_PORT=") for unit in _started()[len(gateways) :]]
    assert read == [f"127.0.0.1:{port}" for port in (*gateways, *workers)]
    for path in (_DEPLOY / "nginx" / "gateways.conf", _DEPLOY / "caddy" / "Caddyfile"):
        assert set(re.findall(r"127\.0\.0\.1:\d+", path.read_text(encoding="utf-8"))) == set(read[: len(gateways)])


def test_each_is_started_anew_and_confined() -> None:
    common = (_UNITS / "tidewire-.service.d" / "common.conf").read_text(encoding="utf-8")
    for line in ("User=tidewire", "NoNewPrivileges=yes", "ProtectSystem=strict", "TimeoutStopSec=20"):
        assert f"\n{line}\n" in common
    assert {_value(unit, "Restart=") for unit in _started()} == {"always"}


def test_the_settings_of_the_example_are_settings() -> None:
    example = (_UNITS / "environment.example").read_text(encoding="utf-8")
    settings = set(
        re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = re.findall(r"^(\w+)=", example, re.MULTILINE)
    assert "DATABASE_URL" in named
    assert set(named) - settings == set()

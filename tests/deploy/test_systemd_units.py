"""The units of systemd for one machine: systemd takes them, and they start all that the Procfile names."""

import os
import re
import subprocess
import venv
from pathlib import Path

import yaml

from config.up.procfile import read_procfile
from tests.processes import ROOT
from tests.services import need_program

_DEPLOY = ROOT / "platform" / "deploy"
_UNITS = _DEPLOY / "systemd"
_TARGET = "tidewire.target"
_PYTHON = "/usr/bin/env .venv/bin/python "
_SAYS_ITS_FOLDERS = """import sys
from pathlib import Path
print("started", flush=True)
sys.stdin.read()
print(Path(__file__).resolve().parent, sys.prefix, sys.executable)
"""


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


def test_systemd_takes_them_without_a_word() -> None:
    analyze = need_program("systemd-analyze")
    units = [_TARGET, "tidewire-prepare.service", "tidewire-backup.timer", "tidewire-backup.service", *_started()]
    command = [analyze, "verify", "--man=no", *units]
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{_UNITS}:"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    said = [line for line in done.stderr.splitlines() if "tidewire" in line]
    assert said == []
    assert done.returncode == 0, done.stderr


def test_the_target_starts_two_of_each_process_that_the_procfile_names() -> None:
    commands = [f"python {_value(unit, f'ExecStart={_PYTHON}')}" for unit in _started()]
    programs = read_procfile(ROOT / "Procfile")
    twice = [
        program.command.replace("$HOST", "127.0.0.1").replace("$PORT", port)
        for program in programs
        for port in ("8001", "8002")
    ]
    assert commands == twice


def test_a_process_stays_in_the_folder_of_its_version_when_the_link_leads_to_the_next(tmp_path: Path) -> None:
    (tmp_path / "tidewire").symlink_to("tidewire-1")
    for name in ("tidewire-1", "tidewire-2"):
        venv.create(tmp_path / name / ".venv", symlinks=True)
        (tmp_path / name / "manage.py").write_text(_SAYS_ITS_FOLDERS, encoding="utf-8")
    command = f"{_PYTHON}{_value('tidewire-bridge@1.service', f'ExecStart={_PYTHON}')}".split()
    with subprocess.Popen(
        command, cwd=tmp_path / "tidewire", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        (tmp_path / "tidewire").unlink()
        (tmp_path / "tidewire").symlink_to("tidewire-2")
        said, _ = process.communicate("the link leads on", timeout=20)
    own = str(tmp_path / "tidewire-1")
    assert said.split() == [own, f"{own}/.venv", f"{own}/.venv/bin/python"]


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

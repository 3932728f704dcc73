"""docs/how-to/upgrade-without-loss.md, with the units of systemd: in which order it restarts, and what it waits for."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.processes import ROOT
from tests.wire.documents.fences import fences_of

_HOW_TO = ROOT / "docs" / "how-to/upgrade-without-loss.md"
_UNITS = ROOT / "platform" / "deploy" / "systemd"
_LOGGED = {
    "deliveries": "deliveries are carried",
    "alerts": "the rules are followed while standing by",
}
"""What a worker logs once the other of its pair may go; the others log the first line below."""
_STANDS_BY = "another holds the lease; standing by"

_SYSTEMCTL = """#!/bin/sh
if [ "$1" = show ]; then echo "$5"; else echo "$1 $2" >>"$DONE"; fi
"""
_JOURNALCTL = """#!/bin/sh
unit=${4#_SYSTEMD_INVOCATION_ID=}
echo "start of $unit"
if [ -e "$LOGS/$unit" ]; then cat "$LOGS/$unit.line"; echo "$unit is there" >>"$DONE"; fi
touch "$LOGS/$unit"
"""
_CURL = """#!/bin/sh
for address; do :; done
if [ ! -e "$LOGS/asked" ]; then touch "$LOGS/asked"; exit 22; fi
rm "$LOGS/asked"; echo "$address" >>"$DONE"
"""
_SLEEP = """#!/bin/sh
echo "sleep $1" >>"$DONE"
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Programs in the place of systemd's and curl: a unit logs its line, and a gateway is ready, when asked twice."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "bin").mkdir()
    for name, text in {"systemctl": _SYSTEMCTL, "journalctl": _JOURNALCTL, "curl": _CURL, "sleep": _SLEEP}.items():
        (tmp_path / "bin" / name).write_text(text, encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def _workers() -> list[str]:
    """Return the kinds of workers of the target."""
    target = (_UNITS / "tidewire.target").read_text(encoding="utf-8")
    return re.findall(r"^Wants=tidewire-(\w+)@1\.service", target, re.MULTILINE)


def _run(machine: Path, beginning: str) -> list[str]:
    """Return what the block of the how-to that begins so did, in its order."""
    (block,) = [one.body for one in fences_of(_HOW_TO.read_text(encoding="utf-8")) if one.body.startswith(beginning)]
    for worker in _workers():
        for number in (1, 2):
            line = machine / "logs" / f"tidewire-{worker}@{number}.line"
            line.write_text(f'{{"event": "{_LOGGED.get(worker, _STANDS_BY)}"}}\n', encoding="utf-8")
    environment = {"LOGS": str(machine / "logs"), "DONE": str(machine / "done")}
    path = f"{machine / 'bin'}:{os.environ['PATH']}"
    here = block.replace("/opt/tidewire/", f"{ROOT}/")
    subprocess.run(["sh", "-euc", here], env={**environment, "PATH": path}, check=True, timeout=60)
    return (machine / "done").read_text(encoding="utf-8").splitlines()


def test_one_of_each_pair_of_workers_stands_by_before_the_other_goes(machine: Path) -> None:
    done = _run(machine, "restart()")
    restarted = [line.removeprefix("restart ") for line in done if line.startswith("restart ")]
    assert sorted(restarted) == sorted(f"tidewire-{worker}@{number}" for worker in _workers() for number in (1, 2))
    for worker in _workers():
        waited = done[done.index(f"restart tidewire-{worker}@2") : done.index(f"restart tidewire-{worker}@1")]
        assert f"tidewire-{worker}@2 is there" in waited


def test_one_of_alerts_has_heard_enough_before_the_other_goes(machine: Path) -> None:
    done = _run(machine, "restart()")
    ready, gone = done.index("tidewire-alerts@2 is there"), done.index("restart tidewire-alerts@1")
    slept = sum(int(line.removeprefix("sleep ")) for line in done[ready:gone] if line.startswith("sleep "))
    assert slept >= settings.ALERTS_LEASE_SECONDS + 2 * settings.ALERTS_LEASE_RENEWAL_SECONDS


def test_a_gateway_is_ready_before_the_other_goes(machine: Path) -> None:
    done = [line for line in _run(machine, "for port in") if not line.startswith("sleep ")]
    target = (_UNITS / "tidewire.target").read_text(encoding="utf-8")
    gateways = re.findall(r"tidewire-gateway@(\d+)", target)
    expected = [(f"restart tidewire-gateway@{port}", f"http://127.0.0.1:{port}/ready") for port in gateways]
    assert done == [line for pair in expected for line in pair]


def test_the_lines_that_it_waits_for_are_logged() -> None:
    sources = [
        path.read_text(encoding="utf-8") for app in ("streaming", "alerts") for path in (ROOT / app).rglob("*.py")
    ]
    for line in (_STANDS_BY, "the lease is ours", *_LOGGED.values()):
        assert any(f'logger.info("{line}"' in text or f'"{line}",' in text for text in sources), line
    (pattern,) = set(re.findall(r"restart \S+ '(.+lease.+)'", _HOW_TO.read_text(encoding="utf-8")))
    assert pattern.split("\\|") == ["standing by", "the lease is ours", _LOGGED["deliveries"]]


def test_the_link_leads_to_the_new_version_once_that_has_migrated() -> None:
    (block,) = [one.body for one in fences_of(_HOW_TO.read_text(encoding="utf-8")) if "git clone" in one.body]
    steps = [line for line in block.splitlines() if "manage migrate" in line or line.startswith(("ln ", "git "))]
    assert [line.split()[0] for line in steps] == ["git", "platform/deploy/systemd/tidewire-manage", "ln"]
    assert " /opt/tidewire-0.2.0 && cd /opt/tidewire-0.2.0" in steps[0]
    assert steps[-1] == "ln -sfn tidewire-0.2.0 /opt/tidewire"

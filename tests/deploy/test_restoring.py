"""docs/how-to/back-up-and-restore.md, with systemd and on Kubernetes: what its commands end; what they start again."""

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.deploy.kubernetes.manifests import Manifest, built, of_kind
from tests.processes import ROOT
from tests.wire.documents.fences import fences_of

_HOW_TO = ROOT / "docs" / "how-to/back-up-and-restore.md"
_TARGET = ROOT / "platform" / "deploy" / "systemd" / "tidewire.target"
_NOTES_ITSELF = '#!/bin/sh\nfor word in "${0##*/}" "$@"; do printf \'%s\\n\' "$word"; done >>"$DONE"; echo >>"$DONE"\n'


def _done(folder: Path, beginning: str) -> Sequence[Sequence[str]]:
    """Return the commands, word by word, that the block of the how-to that begins so has a shell run."""
    text = _HOW_TO.read_text(encoding="utf-8")
    (block,) = [fence.body for fence in fences_of(text) if fence.body.startswith(beginning)]
    (folder / "bin").mkdir()
    for program in {shlex.split(line)[0] for line in block.splitlines()}:
        (folder / "bin" / program).write_text(_NOTES_ITSELF, encoding="utf-8")
        (folder / "bin" / program).chmod(0o755)
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "DONE": str(folder / "done")}
    subprocess.run(["sh", "-euc", block], env=environment, cwd=folder, check=True, timeout=20)
    done = (folder / "done").read_text(encoding="utf-8")
    return [command.splitlines() for command in done.split("\n\n") if command]


@pytest.fixture(scope="module")
def deployments() -> dict[str, Manifest]:
    """Gateways and workers."""
    return of_kind(built("deployment"), "Deployment")


@pytest.fixture
def kubectl(tmp_path: Path) -> Sequence[Sequence[str]]:
    """What is done on Kubernetes."""
    return _done(tmp_path, "kubectl scale")


def test_no_pod_is_left_on_kubernetes_when_the_database_is_filled(
    kubectl: Sequence[Sequence[str]], deployments: dict[str, Manifest]
) -> None:
    end, wait, start, *_ = kubectl
    assert {"scale", "--all", "--replicas=0"} <= set(end)
    assert wait[1:4] == ["wait", "--for=delete", "pod"]
    assert [name for name, one in deployments.items() if not _is_selected(wait, one["spec"]["template"])] == []
    assert not _is_selected(wait, of_kind(built("migrations"), "Job")["migrations"]["spec"]["template"])
    backup = of_kind(built("backups"), "CronJob")["backup"]["spec"]["jobTemplate"]["spec"]["template"]
    assert not _is_selected(wait, backup)  # it stays where it has ended: it would be waited for in vain
    (seconds,) = [int(word.removeprefix("--timeout=").rstrip("s")) for word in wait if word.startswith("--timeout=")]
    pods = [one["spec"]["template"]["spec"] for one in deployments.values()]
    assert seconds > max(pod["terminationGracePeriodSeconds"] for pod in pods)
    assert start[1:] == ["apply", "--kustomize", "deployment"]


def _is_selected(command: Sequence[str], pod: Manifest) -> bool:
    """Return whether the command's selector, of the one form that is used here, selects such a pod."""
    selector = command[command.index("--selector") + 1]
    [(name, value, component, others)] = re.findall(r"^(\S+)=(\S+?),(\S+) notin \(([\w,]+)\)$", selector)
    labels: dict[str, str] = pod["metadata"]["labels"]
    return labels[name] == value and labels[component] not in others.split(",")


def test_all_run_again_on_kubernetes(kubectl: Sequence[Sequence[str]], deployments: dict[str, Manifest]) -> None:
    """What names no number of its own keeps that which it has, 0, and an autoscaler leaves 0 alone."""
    applied = next(index for index, command in enumerate(kubectl) if command[1] == "apply")
    again = {command[3]: command[4] for command in kubectl[applied + 1 :] if command[1:3] == ["scale", "deployment"]}
    without = [name for name, one in deployments.items() if "replicas" not in one["spec"]]
    scalers = of_kind(built("deployment"), "HorizontalPodAutoscaler")
    assert again == {name: f"--replicas={scalers[name]['spec']['minReplicas']}" for name in without}


def test_systemd_has_ended_each_process_when_the_database_is_filled(tmp_path: Path) -> None:
    """A target's stop is through at once: `systemctl stop` waits for the units alone that it names."""
    end, *rest = _done(tmp_path, "systemctl stop")
    target = _TARGET.read_text(encoding="utf-8")
    units = [unit for line in re.findall(r"^Wants=(.+)$", target, re.MULTILINE) for unit in line.split()]
    assert end[:3] == ["systemctl", "stop", "tidewire.target"]
    assert [unit for unit in units if not any(fnmatchcase(unit, pattern) for pattern in end[3:])] == []
    assert rest[-1] == ["systemctl", "start", "tidewire.target"]

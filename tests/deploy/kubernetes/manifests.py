"""The manifests for Kubernetes, as kustomize puts them together."""

import subprocess
from typing import Any

import yaml

from tests.processes import ROOT
from tests.services import need_program

FOLDER = ROOT / "platform" / "deploy" / "kubernetes"

Manifest = dict[str, Any]


def built(folder: str) -> list[Manifest]:
    """Return what kustomize makes of a folder."""
    command = [need_program("kubectl"), "kustomize", str(FOLDER / folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    return list(yaml.safe_load_all(said))


def of_kind(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    """Return the manifests of a kind, by their names."""
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] == kind}

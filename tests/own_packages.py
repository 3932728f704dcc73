"""Packages of strategies besides the platform's, as pip would leave them in a folder: found by their entry points."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.processes import ROOT


def install_package(folder: Path, name: str, entry_points: Iterable[str]) -> None:
    """Note in a folder that a package is installed, by the lines of its entry points; its modules are found as others.

    Raise `FileExistsError` where it is installed there already.
    """
    about = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    lines = ["[tidewire.strategies]", *entry_points]
    (about / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def with_packages_of(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of processes that find what is installed in a folder, besides what is anyway."""
    path = os.pathsep.join(map(str, (folder, ROOT, ROOT / "platform", ROOT / "clients" / "python")))
    return {**environment, "PYTHONPATH": path}

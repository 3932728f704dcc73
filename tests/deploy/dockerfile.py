"""The steps of a Dockerfile, carried out in folders: as much of it as our own needs, without a container engine.

Each stage has a folder for its root. What needs a whole system of its own (packages of Debian, users) is left out, and
named; all else runs as it stands, with the paths of the stage's root.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import ROOT, shell_environment

_OF_A_SYSTEM = ("apt-get ", "useradd ")
_PATHS = re.compile(r"(?<![\w./-])/(?=(?:opt|build|var)\b)")
_CONTINUED = re.compile(r"\\\n\s*")
_STEP_SECONDS = 280.0


@dataclass
class Stage:
    """One stage: its steps as they stand, and the folder in which they were carried out."""

    name: str
    steps: list[tuple[str, str]]
    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    folder: Path = Path()

    def path(self, path: str) -> Path:
        """Return where a path of the stage is: below its root, or below its folder at that time."""
        return self.root / path.lstrip("/") if path.startswith("/") else self.folder / path

    def in_root(self, text: str) -> str:
        """Return text with the stage's paths led below its root."""
        return _PATHS.sub(f"{self.root}/", text)


def build(dockerfile: Path, folder: Path, *, python: Path) -> Stage:
    """Carry out all stages below `folder`, with `python` as Python; return the last, with what the image would hold."""
    stages: dict[str, Stage] = {}
    programs = folder / "programs"
    programs.mkdir()
    (programs / "python").symlink_to(python)
    for stage in _stages(dockerfile, folder):
        for word, rest in stage.steps:
            _carry_out(stage, word, rest, stages, programs)
        stages[stage.name] = stage
    return stage


def _stages(dockerfile: Path, folder: Path) -> list[Stage]:
    lines = [line for line in dockerfile.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    stages: list[Stage] = []
    for line in _CONTINUED.sub(" ", "\n".join(lines)).splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            name = rest.partition(" AS ")[2] or "image"
            root = folder / name
            root.mkdir()
            stages.append(Stage(name, [], root, folder=root))
        elif stages and word:
            stages[-1].steps.append((word, rest))
    return stages


def _carry_out(stage: Stage, word: str, rest: str, stages: dict[str, Stage], programs: Path) -> None:
    if word == "WORKDIR":
        stage.folder = stage.path(rest)
        stage.folder.mkdir(parents=True, exist_ok=True)
    elif word == "COPY":
        _copy(stage, rest, stages)
    elif word == "RUN":
        _run(stage, rest, programs)
    elif word == "ENV":
        stage.environment |= dict(pair.split("=", 1) for pair in stage.in_root(rest).split())
    elif word == "CMD":
        stage.command = [part.strip(' "') for part in rest.strip("[]").split(",")]


def _copy(stage: Stage, rest: str, stages: dict[str, Stage]) -> None:
    *sources, target = rest.split()
    of = stages[sources.pop(0).removeprefix("--from=")] if sources[0].startswith("--from=") else None
    for source in sources:
        origin = ROOT / source if of is None else of.path(source)
        at = stage.path(target) / origin.name if target.endswith("/") else stage.path(target)
        at.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules", *(() if of else ("bundles",)))
            how = shutil.copy if of is None else os.link  # a stage's files are as many as they are large
            shutil.copytree(origin, at, symlinks=True, dirs_exist_ok=True, ignore=ignored, copy_function=how)
        else:
            shutil.copy(origin, at)


def _run(stage: Stage, rest: str, programs: Path) -> None:
    if rest.startswith(_OF_A_SYSTEM):
        stage.left_out.append(rest)
        return
    environment = {**shell_environment({}), "PATH": f"{programs}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-euc", stage.in_root(rest)],
        cwd=stage.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_STEP_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{stage.name}: {rest}\n{done.stdout}"

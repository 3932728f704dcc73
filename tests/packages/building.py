"""Packages of Python as a release has them: a source archive, the wheel made of it, and an environment of its own."""

import subprocess
import sys
import sysconfig
import tarfile
import urllib.error
import urllib.request
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.processes import shell_environment
from tests.waiting import LIMIT_SECONDS


def built_wheel(source: Path, folder: Path) -> Path:
    """Build a package's source archive, and return the wheel that is built of that archive alone."""
    _build("sdist", source, folder)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    _build("wheel", folder / archive.name.removesuffix(".tar.gz"), folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _build(target: str, source: Path, folder: Path) -> None:
    run_program(sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder), at=source)


class Environment:
    """A virtual environment with one package, which finds what that depends on among what the tests have.

    `dependencies` are the only ones that it sees, by the names of their modules; all where none are named. Of the
    checkout it sees nothing: a path in a `.pth` file is taken without the `.pth` files that lie there.
    """

    def __init__(self, folder: Path, wheel: Path, *, dependencies: Iterable[str] = ()) -> None:
        venv.create(folder, symlinks=True)
        self.wheel = wheel
        self.programs = folder / "bin"
        self.python = self.programs / "python"
        run_program(*_pip(self.python), "--quiet", "--no-deps", "--no-compile", "--no-index", str(wheel), at=folder)
        (packages,) = folder.glob("lib/python*/site-packages")
        others = Path(sysconfig.get_path("purelib"))
        for name in dependencies:
            (packages / name).symlink_to(others / name)
        if not dependencies:
            (packages / "dependencies.pth").write_text(str(others), encoding="utf-8")


@dataclass
class Installed:
    """A demo that runs in a folder of its own, and the folder of its user's data."""

    url: str
    folder: Path
    data: Path

    @property
    def socket_url(self) -> str:
        """Its socket endpoint."""
        return f"{self.url.replace('http', 'ws', 1)}/ws"

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of what is at a path."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as refusal:
            return refusal.code, ""


def _pip(python: Path) -> tuple[str, ...]:
    return sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install"


def run_program(*command: str, at: Path, environment: dict[str, str] | None = None) -> str:
    """Run a program in a folder to its end, and return what it printed; fail where it fails."""
    code, output = try_program(*command, at=at, environment=environment)
    assert code == 0, output
    return output


def try_program(*command: str, at: Path, environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a program in a folder to its end, and return its exit code and what it printed."""
    ended = subprocess.run(
        command,
        cwd=at,
        env=shell_environment(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return ended.returncode, ended.stdout

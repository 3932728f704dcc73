"""Packages of Python as a release has them: a source archive, the wheel made of it, and an environment of its own."""

import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path

from tests.processes import shell_environment

_LIMIT_SECONDS = 60


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

    Of the checkout it sees nothing: a path in a `.pth` file is taken without the `.pth` files that lie there.
    """

    def __init__(self, folder: Path, wheel: Path) -> None:
        venv.create(folder, symlinks=True)
        self.programs = folder / "bin"
        self.python = self.programs / "python"
        run_program(*_pip(self.python), "--quiet", "--no-deps", "--no-compile", "--no-index", str(wheel), at=folder)
        (packages,) = folder.glob("lib/python*/site-packages")
        (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")


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
        timeout=_LIMIT_SECONDS,
        check=False,
    )
    return ended.returncode, ended.stdout

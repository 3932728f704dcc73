"""The layout of the repository: `platform/` must never hide the standard library's module of that name."""

import os
import platform
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_TIME_LIMIT_SECONDS = 60


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python at the root, as a newcomer would: without what the tests' own runner set."""
    own = {"PYTHONPATH", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in own}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_TIME_LIMIT_SECONDS,
        check=False,
    )


def test_it_has_no_package_named_platform() -> None:
    assert (_ROOT / "platform").is_dir()
    assert not list((_ROOT / "platform").glob("__init__.py*"))


def test_it_leaves_the_standard_librarys_platform_in_sight() -> None:
    answer = _run("-c", "import platform; print(platform.system())")
    assert (answer.returncode, answer.stdout.strip()) == (0, platform.system())


def test_it_passes_djangos_checks_without_a_warning() -> None:
    answer = _run("manage.py", "check", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_it_has_a_migration_for_every_change_of_the_models() -> None:
    answer = _run("manage.py", "makemigrations", "--check", "--dry-run")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_file_that_the_architecture_says_decides_something_is_there() -> None:
    text = (_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## Which file decides what")[2].partition("\n## ")[0]
    cells = re.findall(r"\| (`[^|]+) \|$", table, re.MULTILINE)
    files = [file for cell in cells for file in re.findall(r"`([^`]+)`", cell)]
    assert len(set(files)) == len(files) >= 40
    assert [file for file in files if not (_ROOT / file).is_file()] == []


def test_every_folder_of_an_app_stands_in_the_architectures_table() -> None:
    text = (_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("| folder | what is in it |")[2].partition("\n\n")[0]
    tops = ("streaming", "accounts", "alerts", "trading", "wallets", "platform/config")
    packages = [path.parent for top in tops for path in (_ROOT / top).glob("*/__init__.py")]
    own = [path for path in packages if path.name not in {"management", "migrations"}]
    assert len(own) > 60
    assert [str(path.relative_to(_ROOT)) for path in own if not re.search(rf"\b{path.name}\b", table)] == []


def test_it_shares_helpers_by_modules_that_are_no_tests() -> None:
    shared = re.compile(
        r"^\s*(from tests[\w.]*\.test_\w+ import|from tests[\w.]* import .*\btest_\w+|import tests[\w.]*\.test_\w+)",
        re.MULTILINE,
    )
    files = [path for path in (_ROOT / "tests").rglob("*.py") if shared.search(path.read_text(encoding="utf-8"))]
    assert not files


_FOLDERS = (
    "accounts",
    "alerts",
    "benchmarks",
    "clients",
    "docs",
    "platform",
    "streaming",
    "templates",
    "tests",
    "trading",
    "wallets",
)
_MOST_MODULES = 22
"""So many lie beside each other at most: of a folder with more, nobody finds by the names which file decides what.

Migrations aren't counted: they are found by their numbers, and Django wants all of an app's in one folder.
"""
_UNCOUNTED = {"node_modules", "migrations"}


def test_it_has_no_folder_with_more_modules_than_one_can_look_through() -> None:
    files = [path.relative_to(_ROOT) for folder in _FOLDERS for path in (_ROOT / folder).rglob("*.*")]
    modules = [file for file in files if file.suffix in {".py", ".js", ".mjs"} and file.name != "__init__.py"]
    counts = Counter(file.parent.as_posix() for file in modules if _UNCOUNTED.isdisjoint(file.parts))
    assert {folder: count for folder, count in counts.items() if count > _MOST_MODULES} == {}

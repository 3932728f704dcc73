"""The extra `learning` brings what models that learn import, and the rest of trading does without."""

import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_OWN = {"streaming", "config", "accounts", "alerts", "trading", "wallets", "tidewire_client"}


def _named(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


@cache
def _distributions() -> Mapping[str, list[str]]:
    """Return what brings each package: asked once, and by no process that only collects this test."""
    return packages_distributions()


_BASE, _EXTRA = _named(_PROJECT["dependencies"]), _named(_PROJECT["optional-dependencies"]["learning"])


def _imports(path: Path) -> Iterator[str]:
    """Yield the packages that a module imports, wherever in it, but Python's and our own."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names.append(node.module)
        yield from {name.partition(".")[0] for name in names} - _OWN - sys.stdlib_module_names


@cache
def _asked_for() -> dict[str, set[str]]:
    """Return what trading needs installed, each with the folders that do."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "trading").rglob("*.py"):
        for package in _imports(path):
            name = canonicalize_name(_distributions()[package][0])
            found.setdefault(name, set()).add(str(path.parent.relative_to(ROOT)))
    return found


@pytest.mark.long
def test_all_that_trading_imports_is_asked_for() -> None:
    assert {name: folders for name, folders in _asked_for().items() if name not in _BASE | _EXTRA} == {}


@pytest.mark.long
def test_the_extra_brings_what_models_learn_by_and_nothing_else_needs_it() -> None:
    users = {name: folders for name, folders in _asked_for().items() if name in _EXTRA}
    assert users.keys() == _EXTRA
    assert set[str]().union(*users.values()) == {"trading/learning", "trading/live/worker/models"}

"""requirements/*.txt pin what pyproject.toml asks for: an entry without `make lock` would reach no machine."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.licences import pins

ROOT = Path(__file__).resolve().parents[2]
_PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_RUNS_ON: list[str] = _PYPROJECT["project"]["dependencies"]
_EXTRAS: list[str] = [each for extra in _PYPROJECT["project"]["optional-dependencies"].values() for each in extra]
_TESTED_WITH: list[str] = _EXTRAS + [each for group in _PYPROJECT["dependency-groups"].values() for each in group]


@pytest.mark.parametrize(
    ("file", "wanted"), [("base.txt", _RUNS_ON), ("dev.txt", _RUNS_ON + _TESTED_WITH)], ids=["base.txt", "dev.txt"]
)
def test_what_is_asked_for_is_pinned_within_its_range(file: str, wanted: list[str]) -> None:
    pinned = {
        canonicalize_name(pin.name): pin for pin in pins((ROOT / "requirements" / file).read_text(encoding="utf-8"))
    }
    for requirement in map(Requirement, wanted):
        pin = pinned[canonicalize_name(requirement.name)]
        (version,) = (each.version for each in pin.specifier)
        assert requirement.specifier.contains(version), f"{requirement} is not {version}: make lock"

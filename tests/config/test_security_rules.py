"""Exceptions from the linter's security rules (bandit's) each say why."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = ("accounts", "alerts", "benchmarks", "clients", "docs", "platform", "requirements", "streaming", "tests")
_EXCEPTION = re.compile(r"# noqa: (?P<codes>[A-Z]+\d+(?:, ?[A-Z]+\d+)*)(?P<reason>[^\n]*)")
_SECURITY = re.compile(r"S\d{3}\Z")


def _without_reason(text: str) -> Iterator[str]:
    for found in _EXCEPTION.finditer(text):
        is_of_security = any(_SECURITY.match(code.strip()) for code in found["codes"].split(","))
        if is_of_security and not re.match(r" +[-#] +\w", found["reason"]):
            yield found[0]


def test_each_exception_says_why() -> None:
    files = [file for folder in _FOLDERS for file in (_ROOT / folder).rglob("*.py")]
    assert len(files) > 500
    silent = {str(file): found for file in files if (found := list(_without_reason(file.read_text(encoding="utf-8"))))}
    assert not silent


@pytest.mark.parametrize(
    ("line", "is_silent"),
    [
        ("x = 1  # noqa: " + "S105", True),
        ("x = 1  # noqa: " + "SLF001, S608", True),
        ("x = 1  # noqa: " + "S608 - names are ours", False),
        ("x = 1  # noqa: " + "S608  # names are ours", False),
        ("x = 1  # noqa: " + "SLF001", False),
    ],
)
def test_it_knows_a_reason_from_none(line: str, is_silent: bool) -> None:
    assert bool(list(_without_reason(line))) is is_silent

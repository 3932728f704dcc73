"""In which order processes take files and packages of tests."""

import pytest

from tests.processes import ROOT
from tests.scheduling.package_scheduling import LONG, TOGETHER, next_scope, scope_of

_MANY, _FEW = "tests/market/test_many.py", "tests/market/test_few.py"
_LEFT = [_MANY, "tests/watch/test_run.py", "wire", _FEW, "browser"]
"""As xdist has them: that of most tests first."""


def _order(*, longest_first: bool) -> list[str]:
    left, order = list(_LEFT), []
    while left:
        order.append(next_scope(left, longest_first=longest_first))
        left.remove(order[-1])
    return order


@pytest.mark.parametrize("path", [*LONG, *(f"tests/{package}/" for package in TOGETHER)])
def test_every_folder_and_file_that_it_names_has_tests(path: str) -> None:
    named = ROOT / path
    assert next(named.rglob("test_*.py"), None) if path.endswith("/") else named.is_file()


def test_it_takes_the_longest_first_and_of_the_others_that_of_most_tests() -> None:
    assert _order(longest_first=True) == ["browser", "wire", "tests/watch/test_run.py", _MANY, _FEW]


def test_the_process_beside_them_takes_the_longest_last() -> None:
    assert _order(longest_first=False) == [_MANY, _FEW, "tests/watch/test_run.py", "wire", "browser"]


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/wire/rfc6455/test_frames.py::test_it[a::b]", "wire"),
        ("tests/watch/test_run.py::test_it", "tests/watch/test_run.py"),
        ("tests/test_layout.py::test_it", "tests/test_layout.py"),
    ],
)
def test_it_keeps_files_together_and_packages_that_share_deployments(nodeid: str, scope: str) -> None:
    assert scope_of(nodeid) == scope

"""What tests share until one of them fails."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.shared import Shared
from tests.processes import process_environment

_CONFTEST = """
from contextlib import contextmanager
import pytest
from tests.faults.shared import Shared, has_failed, note_outcome

made = []

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    note_outcome(item, report)
    return report

@contextmanager
def making():
    made.append("one")
    yield len(made)

@pytest.fixture(scope="module")
def all_shared():
    with Shared(making) as shared:
        yield shared

@pytest.fixture
def shared(all_shared, request):
    yield all_shared.get()
    if has_failed(request.node):
        all_shared.discard()
"""
_TESTS = """
def test_it_is_the_first(shared):
    assert shared == 1

def test_it_breaks_the_first(shared):
    assert shared == 2

def test_it_is_the_second(shared):
    assert shared == 2
"""


def test_it_is_made_once_for_all_when_it_is_asked_for_and_anew_after_it_was_discarded() -> None:
    events: list[str] = []

    @contextmanager
    def making() -> Iterator[int]:
        events.append("made")
        yield len(events)
        events.append("ended")

    with Shared(making) as shared:
        assert events == []
        assert (shared.get(), shared.get()) == (1, 1)
        shared.discard()
        shared.discard()
        assert events == ["made", "ended"]
        assert shared.get() == 3
    assert events == ["made", "ended", "made", "ended"]


def test_what_is_tried_again_gets_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(_TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--reruns", "1", "-p", "no:randomly", "-p", "no:django", "-q"]
    answer = subprocess.run(
        [*command, str(tmp_path), "--rootdir", str(tmp_path)],
        cwd=tmp_path,
        env=process_environment({}),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "3 passed, 1 rerun" in answer.stdout, answer.stdout + answer.stderr

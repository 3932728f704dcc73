"""Each example of the documents is run by a test, or says why it is not, which the summary of a run lists."""

from collections.abc import Iterable
from itertools import groupby

import pytest

from tests.documents.documented_fences import RUNNABLE, Documented, documented_fences
from tests.processes import ROOT
from tests.wire.documents.fences import FenceKind

_ALL = list(documented_fences())
_FOLLOWED = frozenset({FenceKind.EXAMPLE, FenceKind.PRINTED, FenceKind.FILE, FenceKind.RUNNING})
_FOLLOWERS = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/wire/documents").glob("test_*.py"))
_MOST_NOT_RUN = 36


def _of(kinds: Iterable[FenceKind]) -> list[Documented]:
    return [each for each in _ALL if each.fence.kind in set(kinds)]


def test_each_fence_says_what_it_is() -> None:
    """One without a language would be an example that nobody sees as one."""
    assert [(each.document, each.begins) for each in _ALL if not each.fence.language] == []


def test_each_example_says_what_is_done_with_it() -> None:
    silent = [each for each in _ALL if each.fence.language in RUNNABLE and each.fence.kind is None]
    assert [(each.document, each.begins) for each in silent] == []


def test_a_document_that_can_be_followed_is_followed_by_a_test() -> None:
    documents = {each.document.rpartition("/")[2] for each in _of(_FOLLOWED)}
    assert {"alerts-and-a-bot.md", "websocket-testing.md", "rest.md"} < documents
    assert [document for document in documents if f'"{document}"' not in _FOLLOWERS.replace("how-to/", "")] == []


def test_what_another_test_is_said_to_run_stands_there() -> None:
    for each in _of([FenceKind.TESTED]):
        text = (ROOT / each.fence.name).read_text(encoding="utf-8")
        named = each.document if each.fence.name.startswith("tests/") else " ".join(each.begins.split()[:2])
        assert named in text, f"{each.fence.name} doesn't know {named}"


_NOT_RUN = sorted((each.document, each.fence.name) for each in _of([FenceKind.NOT_RUN]))


@pytest.mark.parametrize(
    ("document", "reason", "count"),
    [(*place, len(list(each))) for place, each in groupby(_NOT_RUN)],
    ids=[f"{number}" for number, _ in enumerate(groupby(_NOT_RUN))],
)
def test_it_is_run_by_nobody(document: str, reason: str, count: int) -> None:
    pytest.skip(f"{document}: {count} not run: {reason}")  # in CI too


def test_few_are_run_by_nobody() -> None:
    assert len(_NOT_RUN) <= _MOST_NOT_RUN

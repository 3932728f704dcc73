"""The bookkeeping of the suite: docs/protocol, the marks of the tests and docs/conformance.md agree."""

import re
from pathlib import Path

import pytest

from docs.generate_conformance import (
    FIXTURES,
    ROW_NUMBER,
    SERVE,
    SERVE_TWICE,
    Proof,
    Row,
    complaints,
    proofs,
    proofs_of,
    protocol_rows,
)

ROOT = Path(__file__).resolve().parents[2]
_PROOFS = proofs()
"""Read when pytest reads the tests: who edits or moves one while they run changes neither, or both."""


def test_it_proves_every_row_and_names_no_other() -> None:
    assert complaints(protocol_rows(), _PROOFS) == []


def test_it_complains_of_rows_without_a_test_of_unknown_rows_and_of_numbers_given_twice() -> None:
    rows = [Row("MK-01", "market.md", "a"), Row("MK-01", "market.md", "b"), Row("MK-02", "market.md", "c")]
    tests = [Proof("tests/test_a.py", "test_it", frozenset({"MK-01", "MK-99"}), ())]
    assert complaints(rows, tests) == [
        "MK-01 numbers 2 rows",
        "MK-02 has no test (market.md)",
        "tests/test_a.py::test_it names MK-99, which is no row of docs/protocol",
    ]


def test_it_finds_marks_in_decorators_and_in_the_tables_that_they_name() -> None:
    source = """
CASES = {"MK-01": 1}
MORE = [*CASES, "MK-02"]
OTHER = ["MK-05"]

@row(*MORE, "MK-03")
@on_each_layer
@pytest.mark.parametrize("number", [1])
async def test_it_is_marked(place, number):
    "MK-04 stands here for no reason"

@row("MK-04")
def test_it_has_a_place(place):
    pass

def test_it_is_not():
    assert OTHER
"""
    assert proofs_of(source, "a.py") == [
        Proof("a.py", "test_it_is_marked", frozenset({"MK-01", "MK-02", "MK-03"}), (SERVE, SERVE_TWICE)),
        Proof("a.py", "test_it_has_a_place", frozenset({"MK-04"}), (SERVE_TWICE,)),
    ]


def test_it_numbers_every_row_of_a_table_that_has_numbers() -> None:
    """A line that looks like a row and isn't read as one would be a promise that nobody checks."""
    for page in (ROOT / "docs" / "protocol").glob("*.md"):
        lines = page.read_text(encoding="utf-8").splitlines()
        numbered = [line for line in lines if re.match(r"\|\s*[A-Z]{2}-\d+", line)]
        assert len(numbered) == sum(row.page == page.name for row in protocol_rows()), page.name


def test_it_reads_the_marks_that_pytest_sees(request: pytest.FixtureRequest) -> None:
    """What is found by reading the tests is what runs: the rows, and the places."""
    read = {(ROOT / proof.path, proof.name): proof for proof in _PROOFS}
    checked = 0
    for item in request.session.items:
        assert isinstance(item, pytest.Function)
        rows = {number for mark in item.iter_markers("row") for number in mark.args}
        if not rows:
            continue
        assert all(ROW_NUMBER.fullmatch(number) for number in rows), item.nodeid
        proof = read[item.path, item.originalname]
        assert rows <= proof.rows, item.nodeid
        places = {item.callspec.params[name] for name in places_of(item)}
        assert places <= set(proof.places), item.nodeid
        checked += 1
    assert checked or len(request.session.items) < len(read)  # only some of the tests run


def places_of(item: pytest.Function) -> list[str]:
    """Return the fixtures of a test that say where it runs."""
    return [name for name in item.fixturenames if name in FIXTURES and name not in {"deployment", "demo"}]

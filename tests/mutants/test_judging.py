"""Mutants that a test notices are told apart from those that none does; the checkout stays as it is."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.judging import Judge, Outcome
from tests.mutants.sample_checkout import mutant_that_reads, sample_checkout, source_of
from tests.mutants.scratch_copy import scratch_copy
from tests.mutants.sources import Checkout

_PATIENT_SECONDS = 120.0
_IMPATIENT_SECONDS = 5.0


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Checkout]:
    checkout = sample_checkout(tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)  # which is asked for the files
    before = _texts(checkout.root)
    with scratch_copy(checkout.root) as folder:
        copied = _texts(folder)
        assert copied == before
        yield Checkout(folder)
        assert _texts(folder) == copied
    assert not folder.exists()
    assert _texts(checkout.root) == before


def _texts(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*.*") if path.suffix in {".py", ".toml"})
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def test_it_tells_what_a_test_notices_from_what_none_does(copy: Checkout) -> None:
    prices = source_of(copy, "shop.core.prices")
    judge = Judge(copy, start_seconds=_PATIENT_SECONDS)
    killed = mutant_that_reads(copy, prices, "    return (price and 0) * pieces")
    survivor = mutant_that_reads(copy, prices, "    return pieces > 11")
    judge.prepare([killed, survivor])
    assert [judge.judge(mutant).outcome for mutant in (killed, survivor, killed)] == [
        Outcome.KILLED,
        Outcome.SURVIVED,
        Outcome.KILLED,
    ]
    assert judge.failing == ["tests/shop/test_broken.py"]  # which was not asked: the survivor would not be one


def test_it_stops_tests_that_never_end(copy: Checkout) -> None:
    mutant = mutant_that_reads(copy, source_of(copy, "shop.core.prices"), "        left = 1")
    assert Judge(copy, start_seconds=_IMPATIENT_SECONDS).judge(mutant).outcome is Outcome.TIMED_OUT


def test_what_has_no_tests_survives(copy: Checkout) -> None:
    mutant = mutant_that_reads(copy, source_of(copy, "dice.throwing"), "SIDES = 7")
    assert Judge(copy).judge(mutant).outcome is Outcome.SURVIVED

"""Whether some test notices a mutant."""

import time
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from tests.mutants.mutations import Mutant, MutatedText, mutate
from tests.mutants.nearby_tests import NearbyTests
from tests.mutants.pytest_runs import End, PytestRuns, UnmutatedRuns
from tests.mutants.scratch_copy import replaced
from tests.mutants.sources import Checkout

_FACTOR = 3.0
_START_SECONDS = 20.0
"""What a run may take is so many times what its tests take without a mutant, and this for pytest's start."""


class Outcome(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    """A test failed, or couldn't be run."""
    TIMED_OUT = "timed out"
    """The tests took too long, as where a loop doesn't end."""
    SURVIVED = "survived"
    """All tests nearby passed, or there is none."""


class Judgement(msgspec.Struct, frozen=True):
    """A mutant, how it reads, what became of it, and in how many seconds."""

    mutant: Mutant
    text: MutatedText
    outcome: Outcome
    seconds: float


class Judge:
    """Judges mutants of a scratch copy, which it changes, one after the other, and changes back."""

    def __init__(self, copy: Checkout, *, start_seconds: float = _START_SECONDS) -> None:
        self._copy = copy
        self._start_seconds = start_seconds
        self._nearby = NearbyTests(copy)
        self._runs = PytestRuns(copy)
        self._unmutated = UnmutatedRuns(self._runs)

    @property
    def failing(self) -> Sequence[str]:
        """The files of tests that fail without a mutant, and are therefore not asked."""
        return sorted(self._unmutated.failing)

    def prepare(self, mutants: Iterable[Mutant]) -> None:
        """Run the tests that are nearest to some mutants once as they are: in one run, rather than one by one."""
        nearest = {file: None for mutant in mutants for file in self._nearby.of(mutant.source)[0]}
        self._unmutated.learn(list(nearest))

    def judge(self, mutant: Mutant) -> Judgement:
        """Run the nearest tests with a mutant, and further ones where those pass."""
        begun = time.monotonic()
        file = self._copy.root / mutant.source.path
        text = mutate(mutant, file.read_text(encoding="utf-8"))
        outcome = Outcome.SURVIVED
        for files in self._nearby.of(mutant.source):
            if outcome is Outcome.SURVIVED:
                self._unmutated.learn(files)
                with replaced(file, text.text):
                    outcome = self._outcome(self._unmutated.useful(files))
        return Judgement(mutant, text, outcome, time.monotonic() - begun)

    def _outcome(self, files: Sequence[str]) -> Outcome:
        limit = _FACTOR * (self._unmutated.seconds(files)) + self._start_seconds
        end = self._runs.run(files, "-x", seconds=limit) if files else End.NO_TESTS
        if end is None:
            return Outcome.TIMED_OUT
        return Outcome.SURVIVED if end in {End.PASSED, End.NO_TESTS} else Outcome.KILLED

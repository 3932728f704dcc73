"""Runs of pytest in a copy of the checkout: how they end, and how files of tests do without any mutant."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import IntEnum

from tests.databases.prepared_databases import share_prepared
from tests.mutants.sources import Checkout

_OPTIONS = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider")
"""Tests run in the order that is given: the nearest first."""
_WITHOUT_BROWSERS = "not browser and not node"
_MOST_SECONDS = 30.0
"""Files of tests that take longer aren't asked: they would be, of each survivor nearby."""
_STOP_SECONDS = 10.0
_DURATION = re.compile(r"^([0-9]+\.[0-9]+)s (?:setup|call|teardown) +([^:]+)::", re.MULTILINE)
_FAILED = re.compile(r"^(?:FAILED|ERROR) ([^:\s]+)", re.MULTILINE)


class End(IntEnum):
    """How a run has ended, as pytest counts it; other numbers are of runs that broke off."""

    PASSED = 0
    FAILED = 1
    NO_TESTS = 5


class PytestRuns:
    """Runs files of tests in a copy of the checkout, one run after the other. Runs share prepared databases."""

    def __init__(self, checkout: Checkout) -> None:
        self._root = checkout.root
        self._printed = self._root.with_name("printed.txt")
        share_prepared()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))},
            "PYTHONPATH": os.pathsep.join(map(str, checkout.import_folders)),
        }

    def run(self, files: Iterable[str], *options: str, seconds: float | None = None) -> int | None:
        """Run files in their order, and return pytest's exit code, or None where `seconds` didn't suffice."""
        command = [sys.executable, "-m", "pytest", *_OPTIONS, "-m", _WITHOUT_BROWSERS, *options, *files]
        with self._printed.open("w") as printed:
            process = subprocess.Popen(
                command, cwd=self._root, env=self._environment, stdout=printed, stderr=printed, start_new_session=True
            )
            try:
                return process.wait(seconds)
            except subprocess.TimeoutExpired:
                return None
            finally:
                _stop(process)

    @property
    def printed(self) -> str:
        """What the last run has printed."""
        return self._printed.read_text(encoding="utf-8", errors="replace")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a run, and what it has started: by Ctrl-C, so that tests clean up, and what then is left at once."""
    for sent in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sent)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)


class UnmutatedRuns:
    """Knows of files of tests how long they take, and whether they pass, while nothing is changed."""

    def __init__(self, runs: PytestRuns) -> None:
        self._runs = runs
        self._seconds: dict[str, float] = {}
        self.failing: set[str] = set()
        """What fails without a mutant, and can therefore tell nothing."""

    def learn(self, files: Sequence[str]) -> None:
        """Run those of the files that have not been run; raise `RuntimeError` where pytest itself fails."""
        new = [file for file in files if file not in self._seconds]
        if not new:
            return
        end = self._runs.run(new, "--durations", "0", "-r", "fE", "--continue-on-collection-errors")
        printed = self._runs.printed
        failing = set(_FAILED.findall(printed))
        if end not in tuple(End) or (end == End.FAILED) != bool(failing):
            raise RuntimeError(f"pytest ended with {end}:\n{printed}")
        self._seconds |= dict.fromkeys(new, 0.0)
        for seconds, file in _DURATION.findall(printed):
            self._seconds[file] += float(seconds)
        self.failing |= failing

    def useful(self, files: Iterable[str]) -> list[str]:
        """Return those files that pass without a mutant, and don't take long."""
        return [file for file in files if file not in self.failing and self._seconds[file] <= _MOST_SECONDS]

    def seconds(self, files: Iterable[str]) -> float:
        """Return how long files take, besides pytest's start."""
        return sum(self._seconds[file] for file in files)

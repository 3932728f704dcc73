"""What a run tells: lines while it goes on, and the verdict in the end, on the terminal and in a file."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table

from tests.soak.judging.ledger import Oddity
from tests.soak.judging.numbers import (
    FALSELY_RECOVERED,
    NOT_NEXT,
    NOT_RECOVERED,
    OTHER_MEANING,
    UNNUMBERED,
    kinds,
)
from tests.soak.judging.run_judge import joined
from tests.soak.run import Outcome

_SHOWN = 40


class Report:
    """Writes to the terminal and to a file alike."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file: TextIO = path.open("a", encoding="utf-8")
        self._consoles = (Console(soft_wrap=True, highlight=False), Console(file=self._file, width=160))

    def say(self, text: str) -> None:
        """Write a line, with the time (UTC)."""
        for console in self._consoles:
            console.print(f"{datetime.now(UTC):%H:%M:%S} {text}", markup=False, highlight=False)
        self._file.flush()

    def conclude(self, outcomes: Iterable[Outcome]) -> None:
        """Write the verdicts."""
        outcomes = list(outcomes)
        for console in self._consoles:
            for outcome in outcomes:
                _show(outcome, console)
            console.print(_table(outcomes))
            console.print(f"Log: {self.path}", markup=False)
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _show(outcome: Outcome, console: Console) -> None:
    title = f"{outcome.options.kind.value}, seed {outcome.options.seed}"
    findings = joined(outcome.verdict.findings)
    lines = [f"{one}; {outcome.act_before(one.time)}" for one in findings[:_SHOWN]]
    for line in (*outcome.broken, *outcome.left, *outcome.grown, *lines):
        console.print(f"[{title}] {line}", markup=False, soft_wrap=True)
    if len(findings) > _SHOWN:
        console.print(f"[{title}] … and {len(findings) - _SHOWN} more findings", markup=False)
    for name, value in outcome.figures:
        console.print(f"[{title}] {name}: {value}", markup=False, soft_wrap=True)


def _table(outcomes: Iterable[Outcome]) -> Table:
    table = Table(title="Soak")
    table.add_column("")
    rows: dict[str, list[str]] = {}
    for outcome in outcomes:
        table.add_column(outcome.options.kind.value, justify="right")
        for name, value in _rows(outcome):
            rows.setdefault(name, []).append(value)
    for name, values in rows.items():
        table.add_row(name, *values)
    return table


def _rows(outcome: Outcome) -> list[tuple[str, str]]:
    verdict = outcome.verdict
    return [
        ("seed", str(outcome.options.seed)),
        ("seconds", f"{outcome.options.seconds:g}"),
        ("episodes", str(len(outcome.acts))),
        ("stays judged", str(verdict.stays)),
        ("trades and closed candles owed", str(verdict.owed)),
        ("witnessed", str(verdict.seen)),
        ("came late", str(verdict.late)),
        ("repaired", str(verdict.repaired)),
        ("gaps told of", str(verdict.gaps)),
        ("lost, and told of", str(verdict.told)),
        ("lost without a word", str(verdict.lost)),
        ("doubled", str(verdict.count(Oddity.DOUBLE))),
        ("out of order", str(verdict.count(Oddity.DISORDER))),
        ("wrong or invented", str(verdict.count(Oddity.WRONG, Oddity.INVENTED))),
        ("numbers out of line", str(kinds(verdict.findings, NOT_NEXT, OTHER_MEANING, UNNUMBERED))),
        ("not recovered within the bound", str(kinds(verdict.findings, NOT_RECOVERED))),
        ("recovered past the bound", str(kinds(verdict.findings, FALSELY_RECOVERED))),
        ("not given back", str(len(outcome.left))),
        ("memory grown", str(len(outcome.grown))),
        ("broken", str(len(outcome.broken))),
        ("verdict", "clean" if outcome.is_clean else "FAILED"),
    ]

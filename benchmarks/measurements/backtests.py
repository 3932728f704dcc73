"""How fast backtests are beside those of other libraries, what memory they take, and how a sweep scales.

Each run is a process of its own that has its candles in memory before the clock starts, and ends it with all that the
library's result needs. By turns: each round runs all cases once, beginning with another.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import msgspec

from benchmarks.backtests.candles import write_candles
from benchmarks.markdown import markdown_table
from benchmarks.options import Options

T = TypeVar("T")

_PEERS = Path(__file__).parents[1] / "backtests" / "peers"
_MANY, _FEW = 1_000_000, 100_000
_SWEEP_RUNS = 100
_PROCESSES = (1, 2)
_LONGEST_SECONDS = 600


class BacktestRun(msgspec.Struct, frozen=True, kw_only=True):
    """What one run took, by the wall and by processor time; memory at its peak, beyond what was there before it."""

    candles: int
    executions: int
    seconds: float
    processor_seconds: float
    memory_mb: float
    stored_mb: float


class SweepRun(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep took on so many processes; its `hash` is the same on however many."""

    runs: int
    processes: int
    hash: str
    seconds: float


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    """A program, and the candles that it is given."""

    program: tuple[str, ...]
    candles: int
    reflected: bool = False
    package: str = ""
    environment: dict[str, str] = {}


_OURS = (sys.executable, "-m", "benchmarks.backtests.our_run")
_THE_CROSS = "tidewire, cross"
_THE_PEER = "backtesting.py, cross"


def _cases() -> dict[str, _Case]:
    peer = os.environ.get("PEERS_PYTHON", sys.executable)
    ours = {
        f"{_THE_CROSS}, {_FEW:,}": _Case(program=(*_OURS, "cross"), candles=_FEW),
        f"tidewire, grid of 50 lines, {_FEW:,}": _Case(program=(*_OURS, "grid"), candles=_FEW, reflected=True),
        f"{_THE_CROSS}, {_MANY:,}": _Case(program=(*_OURS, "cross"), candles=_MANY),
        f"tidewire, grid of 50 lines, {_MANY:,}": _Case(program=(*_OURS, "grid"), candles=_MANY, reflected=True),
    }
    peers = {
        f"{_THE_PEER}, {_FEW:,}": ("backtesting", "backtesting_py.py", _FEW),
        f"{_THE_PEER}, {_MANY:,}": ("backtesting", "backtesting_py.py", _MANY),
        f"nautilus_trader, cross, {_FEW:,}": ("nautilus_trader", "nautilus_cross.py", _FEW),
        f"backtrader, cross, {_FEW:,}": ("backtrader", "backtrader_cross.py", _FEW),
    }
    shared = {"PYTHONPATH": str(_PEERS.parent)}  # and nothing of ours: another Python may have other versions
    return ours | {
        name: _Case(program=(peer, str(_PEERS / program)), candles=count, package=package, environment=shared)
        for name, (package, program, count) in peers.items()
    }


def backtests(options: Options) -> dict[str, list[Any]]:
    """Measure each case as often as there are rounds; a library that isn't there is left out, and named."""
    cases = {name: case for name, case in _cases().items() if _is_there(name, case)}
    rows: dict[str, list[Any]] = {name: [] for name in cases}
    sweeps: dict[str, list[Any]] = {f"{_SWEEP_RUNS} runs on {count} processes": [] for count in _PROCESSES}
    with TemporaryDirectory() as folder:
        files = {
            (case.candles, case.reflected): write_candles(
                Path(folder) / f"{case.candles}{case.reflected}.npz", case.candles, reflected=case.reflected
            )
            for case in cases.values()
        }
        for number in range(options.rounds):
            for name in _turned(list(cases), number):
                case = cases[name]
                told = _told((*case.program, str(files[case.candles, case.reflected])), **case.environment)
                rows[name].append(msgspec.json.decode(told, type=BacktestRun))
            for processes in _turned(_PROCESSES, number):
                program = (sys.executable, "-m", "benchmarks.backtests.our_sweep", str(_SWEEP_RUNS), str(processes))
                told = _told((*program, str(files[_FEW, False])))
                sweeps[f"{_SWEEP_RUNS} runs on {processes} processes"].append(msgspec.json.decode(told, type=SweepRun))
    return rows | sweeps


def tables(rows: dict[str, list[Any]]) -> str:
    """Return Markdown: a line for each case with its speed beside backtesting.py's, and one for each kind of sweep."""
    runs = {name: found for name, found in rows.items() if isinstance(found[0], BacktestRun)}
    heads = ["", "candles/s", "times backtesting.py's cross", "executions", "memory, MB", "stored, MB"]
    lines = []
    peer = runs.get(f"{_THE_PEER}, {_MANY:,}")
    for name, found in runs.items():
        speeds = [run.candles / run.seconds for run in found]
        ratios = [mine / (its.candles / its.seconds) for mine, its in zip(speeds, peer or [], strict=bool(peer))]
        times = f"{statistics.median(ratios):.2f}" if ratios else "not measured"
        memory = statistics.median(run.memory_mb for run in found)
        shown = [_spread(speeds), times, f"{found[0].executions:,}", f"{memory:.0f}", f"{found[0].stored_mb:.1f}"]
        lines.append([name, *shown])
    return f"{markdown_table(heads, lines)}\n\n{_sweep_table(rows)}"


def _sweep_table(rows: dict[str, list[Any]]) -> str:
    sweeps = {name: found for name, found in rows.items() if isinstance(found[0], SweepRun)}
    alone = next(iter(sweeps.values()))
    lines = []
    for name, found in sweeps.items():
        ratio = statistics.median(one.seconds / run.seconds for one, run in zip(alone, found, strict=True))
        seconds = [run.seconds for run in found]
        spread = f"{statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
        lines.append([name, spread, f"{ratio:.2f}"])
    return markdown_table(["", "seconds", "times one process"], lines)


def _spread(speeds: Sequence[float]) -> str:
    return f"{statistics.median(speeds):,.0f} ({min(speeds):,.0f} to {max(speeds):,.0f})"


def _turned(cases: Sequence[T], number: int) -> list[T]:
    start = number % len(cases)
    return [*cases[start:], *cases[:start]]


def _is_there(name: str, case: _Case) -> bool:
    """Return whether a case's library is installed; say so where it isn't, and its version where it is."""
    if not case.package:
        return True
    code = f"from importlib.metadata import version; print(version({case.package!r}))"
    command = [case.program[0], "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the given interpreter
    there = found.returncode == 0
    print(f"{name}: {found.stdout.strip() if there else 'not installed (PEERS_PYTHON names a Python that has it)'}")
    return there


def _told(command: Sequence[str], **environment: str) -> str:
    """Return the line of JSON that a program ends with."""
    ran = subprocess.run(  # noqa: S603 - our own programs
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_SECONDS,
    )
    if ran.returncode:
        raise RuntimeError(f"{command} failed:\n{ran.stderr[-2000:]}")
    return ran.stdout.strip().splitlines()[-1]

"""`python -m benchmarks`: measure, print a table of each part, and write all figures to benchmarks/results."""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.alert_firing import bursts, latencies
from benchmarks.alert_rules import alert_rules
from benchmarks.dashboard_frames import frames
from benchmarks.reconnect_storm import storms

_RESULTS = Path(__file__).with_name("results")
_MANY = 1000

Rows = dict[str, list[Any]]
"""The rounds of each of the cases that a part compares."""


def _frames(rounds: int) -> Rows:
    return {case: list(found) for case, found in frames(rounds=rounds).items()}


def _storm(rounds: int) -> Rows:
    return {
        "one client": storms(clients=1, login=False, rounds=rounds),
        f"{_MANY} clients": storms(clients=_MANY, login=False, rounds=rounds),
        f"{_MANY} logged in": storms(clients=_MANY, login=True, rounds=rounds),
    }


def _alert_burst(rounds: int) -> Rows:
    return {"ten thousand rules": bursts(rounds=rounds)}


def _alert_latency(rounds: int) -> Rows:
    return {"a thousand prices a second": latencies(rounds=rounds)}


def _alert_rules(rounds: int) -> Rows:
    return {case: list(found) for case, found in alert_rules(rounds=rounds).items()}


PARTS: dict[str, Callable[[int], Rows]] = {
    "frames": _frames,
    "storm": _storm,
    "alert_rules": _alert_rules,
    "alert_burst": _alert_burst,
    "alert_latency": _alert_latency,
}


def main() -> None:
    """Read the options, measure, tell."""
    parser = argparse.ArgumentParser(description="Measure; nothing else should run on the machine meanwhile.")
    parser.add_argument("parts", nargs="*", help=f"what to measure, of {', '.join(PARTS)} (default: everything)")
    parser.add_argument("--rounds", type=int, default=5, help="how often (default: %(default)s)")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    surroundings = _surroundings()
    print(" · ".join(f"{name} {value}" for name, value in surroundings.items()))
    results = {}
    for part in options.parts or PARTS:
        results[part] = PARTS[part](options.rounds)
        print(
            f"\n{part}, medians of {options.rounds} rounds (with the lowest and the highest)\n{_table(results[part])}"
        )
    print(f"\n{_kept(surroundings, results)}")


def _table(rows: Rows) -> str:
    """Return Markdown: a line for each figure, a column for each case."""
    figures = rows[next(iter(rows))][0].__struct_fields__
    lines = [["", *rows], ["---"] * (1 + len(rows))]
    lines += [
        [figure, *(_figure([getattr(each, figure) for each in case]) for case in rows.values())] for figure in figures
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figure(values: Sequence[float]) -> str:
    if min(values) == max(values):
        return f"{values[0]:g}"
    return f"{statistics.median(values):g} ({min(values):g} to {max(values):g})"


def _surroundings() -> dict[str, Any]:
    chromium = shutil.which("chromium")
    told = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=True) if chromium else None  # noqa: S603 - the system's Chromium
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "Python": platform.python_version(),
        "browser": told.stdout.strip() if told else "none",
        **{name: version(name) for name in ("uvicorn", "uvloop", "websockets")},
    }


def _kept(surroundings: dict[str, Any], results: dict[str, Rows]) -> Path:
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(
        json.dumps(msgspec.to_builtins({"surroundings": surroundings, **results}), indent=1), encoding="utf-8"
    )
    return path


if __name__ == "__main__":
    main()

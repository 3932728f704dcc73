"""`python -m benchmarks`: measure, print a table of each part, and write all figures to benchmarks/results."""

import argparse
import json
import os
import platform
import signal
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from benchmarks.load.open_files import raise_open_files
from benchmarks.markdown import markdown_table
from benchmarks.measurements.alert_firing import bursts, latencies
from benchmarks.measurements.alert_rules import alert_rules
from benchmarks.measurements.backtests import backtests
from benchmarks.measurements.backtests import tables as backtest_tables
from benchmarks.measurements.churn import churn
from benchmarks.measurements.connections import connections
from benchmarks.measurements.fairness import fairness
from benchmarks.measurements.fan_out import fan_out
from benchmarks.measurements.fan_out_table import tables as fan_out_tables
from benchmarks.measurements.first_value import first_values
from benchmarks.measurements.learning.learning import learning
from benchmarks.measurements.learning.learning_honesty import learning_honesty
from benchmarks.measurements.live_commands import live_commands
from benchmarks.measurements.live_grids import live_grids
from benchmarks.measurements.log_ins import log_ins
from benchmarks.measurements.metrics_scrapes import metrics_scrapes
from benchmarks.measurements.page.dashboard_frames import frames
from benchmarks.measurements.page.page_loading import page_loading
from benchmarks.measurements.page.page_loading import table as page_loading_table
from benchmarks.measurements.page.page_memory import page_memory
from benchmarks.measurements.page.page_memory import table as page_memory_table
from benchmarks.measurements.reconnect_storm import storms
from benchmarks.measurements.redis_events import redis_events
from benchmarks.measurements.resumption.resuming import resuming, resuming_tables
from benchmarks.measurements.resumption.returning import returning
from benchmarks.measurements.resumption.rolling_restart import rolling_restart
from benchmarks.measurements.slow_readers import readers
from benchmarks.measurements.slow_states import slow_states
from benchmarks.measurements.stored_candles import readings
from benchmarks.measurements.trading.learning_night import learning_night
from benchmarks.measurements.trading.live_strategies import live_strategies
from benchmarks.measurements.trading.resting_orders import resting_orders
from benchmarks.measurements.trading.strategy_worker import strategy_worker
from benchmarks.measurements.wallets import wallets
from benchmarks.options import Options
from benchmarks.servers.servers import told, versions

_RESULTS = Path(__file__).with_name("results")
_MANY = 1000

Rows = dict[str, list[Any]]
"""The rounds of each of the cases that a part compares."""


def _table(rows: Rows) -> str:
    """Return Markdown: a table for each kind of figures."""
    kinds = dict.fromkeys(type(case[0]) for case in rows.values())
    return "\n\n".join(
        _table_of({name: case for name, case in rows.items() if type(case[0]) is kind}) for kind in kinds
    )


def _table_of(rows: Rows) -> str:
    """Return Markdown: a line for each figure, a column for each case."""
    figures = rows[next(iter(rows))][0].__struct_fields__
    lines = [
        [figure, *(_figure([getattr(each, figure) for each in case]) for case in rows.values())] for figure in figures
    ]
    return markdown_table(["", *rows], lines)


def _figure(values: Sequence[float]) -> str:
    if min(values) == max(values):
        return f"{values[0]:g}"
    return f"{statistics.median(values):g} ({min(values):g} to {max(values):g})"


class Part(NamedTuple):
    """What can be measured, and how it is shown."""

    measure: Callable[[Options], Rows]
    show: Callable[[Rows], str] = _table


def _frames(options: Options) -> Rows:
    return {case: list(found) for case, found in frames(rounds=options.rounds).items()}


def _storm(options: Options) -> Rows:
    return {
        "one client": storms(clients=1, login=False, rounds=options.rounds),
        f"{_MANY} clients": storms(clients=_MANY, login=False, rounds=options.rounds),
        f"{_MANY} logged in": storms(clients=_MANY, login=True, rounds=options.rounds),
    }


def _alert_burst(options: Options) -> Rows:
    return {"ten thousand rules": bursts(rounds=options.rounds)}


def _alert_latency(options: Options) -> Rows:
    return {"a thousand prices a second": latencies(rounds=options.rounds)}


def _alert_rules(options: Options) -> Rows:
    return {case: list(found) for case, found in alert_rules(rounds=options.rounds).items()}


def _trading(options: Options) -> Rows:
    rows: Rows = {case: list(found) for case, found in resting_orders(rounds=options.rounds).items()}
    rows["100 grids, 1,000 subscribers"] = live_commands(rounds=options.rounds)
    rows["1,000 grids, two workers"] = live_grids(rounds=options.rounds)
    return rows


def _strategies(options: Options) -> Rows:
    rows: Rows = {case: list(found) for case, found in live_strategies(rounds=options.rounds).items()}
    rows["1,000 strategies, one worker"] = strategy_worker(rounds=options.rounds)
    return rows


def _fan_out(options: Options) -> Rows:
    return {case: list(found) for case, found in fan_out(options).items()}


def _metrics_scrapes(options: Options) -> Rows:
    return {case: list(found) for case, found in metrics_scrapes(options).items()}


def _returning(options: Options) -> Rows:
    return {case: list(found) for case, found in returning(options).items()}


def _rolling_restart(options: Options) -> Rows:
    return {case: list(found) for case, found in rolling_restart(options).items()}


def _redis_events(options: Options) -> Rows:
    return {case: list(found) for case, found in redis_events(options).items()}


def _connections(options: Options) -> Rows:
    return {case: list(found) for case, found in connections(options).items()}


def _first_value(options: Options) -> Rows:
    return {case: list(found) for case, found in first_values(options).items()}


def _readers(options: Options) -> Rows:
    rows: Rows = {case: list(found) for case, found in readers(options).items()}
    rows |= {case: list(found) for case, found in slow_states(options).items()}
    return rows


def _churn(options: Options) -> Rows:
    return {case: list(found) for case, found in churn(options).items()}


def _log_ins(options: Options) -> Rows:
    return {case: list(found) for case, found in log_ins(options).items()}


def _stored_candles(options: Options) -> Rows:
    return {case: list(found) for case, found in readings(options).items()}


def _learning(options: Options) -> Rows:
    return {case: list(found) for case, found in learning(options).items()}


def _learning_night(options: Options) -> Rows:
    return {case: list(found) for case, found in learning_night(options).items()}


def _learning_honesty(options: Options) -> Rows:
    return {case: list(found) for case, found in learning_honesty(options).items()}


def _wallets(options: Options) -> Rows:
    return {case: list(found) for case, found in wallets(options).items()}


def _fairness(options: Options) -> Rows:
    return {case: list(found) for case, found in fairness(options).items()}


PARTS: dict[str, Part] = {
    "fan_out": Part(_fan_out, fan_out_tables),
    "metrics_scrapes": Part(_metrics_scrapes),
    "resume": Part(resuming, resuming_tables),
    "returning": Part(_returning),
    "rolling_restart": Part(_rolling_restart),
    "redis_events": Part(_redis_events),
    "connections": Part(_connections),
    "first_value": Part(_first_value),
    "readers": Part(_readers),
    "churn": Part(_churn),
    "log_ins": Part(_log_ins),
    "frames": Part(_frames),
    "page_loading": Part(page_loading, page_loading_table),
    "page_memory": Part(page_memory, page_memory_table),
    "storm": Part(_storm),
    "fairness": Part(_fairness),
    "alert_rules": Part(_alert_rules),
    "alert_burst": Part(_alert_burst),
    "alert_latency": Part(_alert_latency),
    "backtests": Part(backtests, backtest_tables),
    "stored_candles": Part(_stored_candles),
    "trading": Part(_trading),
    "learning": Part(_learning),
    "learning_night": Part(_learning_night),
    "learning_honesty": Part(_learning_honesty),
    "strategies": Part(_strategies),
    "wallets": Part(_wallets),
}


def main() -> None:
    """Read the options, measure, tell; whatever ends it, the servers that it has started end with it."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    raise_open_files()
    try:
        _measure(*_given())
    except pytest.skip.Exception as lacking:
        raise SystemExit(f"This can't be measured here: {lacking}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure; nothing else should run on the machine meanwhile.")
    parser.add_argument("parts", nargs="*", help=f"what to measure, of {', '.join(PARTS)} (default: everything)")
    default = Options()
    parser.add_argument("--rounds", type=int, default=default.rounds, help="how often (default: %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=default.seconds, help="fan_out: of each measurement (default: %(default)s)"
    )
    parser.add_argument(
        "--clients",
        type=int,
        nargs="+",
        default=default.clients,
        help="fan_out, resume, connections, returning, rolling_restart: how many (default: 200 1000; 10000; 5000)",
    )
    parser.add_argument("--servers", nargs="+", default=(), help="fan_out, connections: of which (default: all)")
    parser.add_argument(
        "--night",
        type=int,
        nargs=2,
        default=default.night,
        metavar=("SYMBOLS", "DAYS"),
        help="learning_night: what is trained; 50 90 is the whole night (default: 4 90)",
    )
    parser.add_argument(
        "--touching", type=int, nargs="+", default=(), help="wallets: only a block, with so many to watched addresses"
    )
    parser.add_argument(
        "--minutes", type=float, default=default.minutes, help="page_memory: how long (default: %(default)s)"
    )
    parser.add_argument(
        "--warm-up",
        type=float,
        default=default.warm_up,
        metavar="MINUTES",
        help="page_memory: what comes before, and is no part of the trend (default: %(default)s)",
    )
    return parser


def _given() -> tuple[Sequence[str], Options]:
    parser = _parser()
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    options = Options(
        rounds=given.rounds,
        seconds=given.seconds,
        clients=tuple(given.clients),
        servers=tuple(given.servers),
        night=tuple(given.night),
        touching=tuple(given.touching),
        minutes=given.minutes,
        warm_up=given.warm_up,
    )
    return given.parts or list(PARTS), options


def _measure(parts: Sequence[str], options: Options) -> None:
    machine = _machine()
    print(" · ".join(f"{name} {value}" for name, value in machine.items()))
    path = _RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    results = {}
    for name in parts:
        part = PARTS[name]
        results[name] = part.measure(options)
        print(f"\n{name}, medians of {options.rounds} rounds (with the lowest and the highest)\n", flush=True)
        print(part.show(results[name]), flush=True)
        _keep(path, {"machine": machine, "options": options, **results})
    print(f"\n{path}")


def _machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": told("git", "describe", "--always", "--dirty"),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "Python": platform.python_version(),
        "browser": told("chromium", "--version"),
        **{name: version(name) for name in ("uvicorn", "uvloop", "websockets")},
        **versions(),
    }


def _keep(path: Path, results: dict[str, Any]) -> None:
    """Write what has been measured so far: a part that fails costs none of those before."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(msgspec.to_builtins(results), indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""How soon 1,000 strategies of a real worker have decided after a candle's close, and what a prediction is of it.

An exchange of 50 symbols whose candles of a minute all close at once, the bridge, `run_trading`, PostgreSQL and Redis.
A decision counts once it is stored, with what came of it. A quarter of the strategies ask a model of their symbol.
"""

import os
import statistics
import time

import msgspec

from benchmarks.measurements.trading.symbols_deployment import LONG_SECONDS, SymbolsDeployment, symbols_deployment
from benchmarks.processor_time import seconds_used
from tests.processes import Process
from tests.waiting import until_now

_STRATEGIES, _SYMBOLS = 1_000, 50
_CLOSES = 3
_MINUTE_MS = 60_000
_BEFORE_SECONDS = 0.05
_RUNNING = "SELECT count(*) FROM trading_strategy WHERE state = 'running'"
_DECIDED = "SELECT count(*) FROM trading_strategy WHERE candle_cursor >= %s"
_ASKING = "SELECT count(*) FROM trading_strategy WHERE strategy = 'learned_direction'"


class WorkerDecisions(msgspec.Struct, frozen=True, kw_only=True):
    """Strategies of one worker at the closes of their candles; `load` is the machine's, over a minute, at the end."""

    strategies: int
    symbols: int
    asking_a_model: int
    start_seconds: float
    """From when the last was started until all ran."""
    first_stored_ms: float
    """From the minute's end by the clock until the first decision was stored: the median of the closes."""
    all_stored_ms: float
    """The same for the last of them."""
    slowest_close_ms: float
    """The same at the slowest close."""
    worker_cpu_ms: float
    """The processor time that the worker used meanwhile."""
    orders: int
    load: float


def strategy_worker(*, rounds: int) -> list[WorkerDecisions]:
    """Measure `rounds` times, each on a deployment of its own."""
    return [_measured() for _ in range(rounds)]


def _measured() -> WorkerDecisions:
    with (
        symbols_deployment(_SYMBOLS) as deployment,
        Process.command("run_trading", environment=deployment.environment) as worker,
    ):
        start_seconds = _started(deployment, worker)
        closes = [_close(deployment, worker) for _ in range(_CLOSES)]
        return WorkerDecisions(
            strategies=_STRATEGIES,
            symbols=_SYMBOLS,
            asking_a_model=int(deployment.number(_ASKING)),
            start_seconds=round(start_seconds, 1),
            first_stored_ms=round(statistics.median(first for first, _, _ in closes), 0),
            all_stored_ms=round(statistics.median(last for _, last, _ in closes), 0),
            slowest_close_ms=round(max(last for _, last, _ in closes), 0),
            worker_cpu_ms=round(statistics.median(used for _, _, used in closes), 0),
            orders=int(deployment.number("SELECT count(*) FROM trading_order")),
            load=round(os.getloadavg()[0], 1),
        )


def _started(deployment: SymbolsDeployment, worker: Process) -> float:
    """Start the strategies; return how long it took until all ran."""
    load = "from benchmarks.load.strategies import strategies_start"
    deployment.shell(f"{load}; strategies_start({_STRATEGIES}, {deployment.symbols!r})")
    began = time.monotonic()
    until_now(
        lambda: deployment.number(_RUNNING) == _STRATEGIES,
        seconds=LONG_SECONDS,
        explain=lambda: f"{deployment.number(_RUNNING)} run\n{worker.output[-3000:]}",
    )
    seconds = time.monotonic() - began
    _wait_until_decided(deployment, worker, int(time.time() * 1000) // _MINUTE_MS * _MINUTE_MS)  # all have begun
    return seconds


def _close(deployment: SymbolsDeployment, worker: Process) -> tuple[float, float, float]:
    """Wait for the next close; return after how many ms the first and the last decision were stored, and the CPU's."""
    opened = int(time.time() * 1000) // _MINUTE_MS * _MINUTE_MS
    closes_at = (opened + _MINUTE_MS) / 1000
    time.sleep(max(0.0, closes_at - time.time() - _BEFORE_SECONDS))
    used = seconds_used(worker.id)
    until_now(lambda: deployment.number(_DECIDED, opened) > 0, seconds=LONG_SECONDS)
    first = time.time() - closes_at
    last = _wait_until_decided(deployment, worker, opened) - closes_at
    return first * 1000, last * 1000, (seconds_used(worker.id) - used) * 1000


def _wait_until_decided(deployment: SymbolsDeployment, worker: Process, opened: int) -> float:
    """Wait until all have decided by the candle that opened then (ms); return when that was."""
    until_now(
        lambda: deployment.number(_DECIDED, opened) == _STRATEGIES,
        seconds=LONG_SECONDS,
        explain=lambda: f"{deployment.number(_DECIDED, opened)} have decided\n{worker.output[-3000:]}",
    )
    return time.time()

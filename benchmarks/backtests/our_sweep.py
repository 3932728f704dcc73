"""`python -m benchmarks.backtests.our_sweep RUNS PROCESSES FILE`: many crosses over the same candles, told as JSON.

Each process has the candles from the file, and computes an indicator once for all of its runs.
"""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.backtests.our_run import plan_of, read_series
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.backtests.series_indicators import SeriesIndicators

_kept: list[tuple[CandleSeries, SeriesIndicators]] = []
"""Of a process of the pool: what all its runs are over."""


def _prepare(path: str) -> None:
    series = read_series(Path(path))
    _kept[:] = [(series, SeriesIndicators(series))]


def _run(number: int) -> int:
    series, indicators = _kept[0]
    plan = plan_of("cross", series, fast=5 + number % 10, slow=20 + number // 10 * 5)
    return len(run(plan, series, indicators=indicators).fills)


def main() -> None:
    """Run a sweep on so many processes, which are up before the clock starts."""
    runs, processes, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_prepare, initargs=(path,)
    ) as pool:
        for ready in [pool.submit(_run, number) for number in range(2 * processes)]:
            ready.result()
        started = time.perf_counter()
        executions = sum(pool.map(_run, range(runs)))
        seconds = time.perf_counter() - started
    print(json.dumps({"runs": runs, "processes": processes, "executions": executions, "seconds": seconds}))


if __name__ == "__main__":
    main()

"""`python -m benchmarks.backtests.our_sweep RUNS PROCESSES FILE`: a sweep of crosses over candles, told as JSON.

It is run as the worker of backtests runs it: from candles in memory to the bytes that are stored of its result, the
start of its processes included.
"""

import asyncio
import json
import os
import sys
import time
from decimal import Decimal
from pathlib import Path

import django
from django.conf import settings

from benchmarks.backtests.our_run import read_series
from trading.engine.backtests.plan import FillRule
from trading.engine.backtests.series import CandleSeries
from trading.engine.backtests.sweeps.plan import Ranking
from trading.engine.live.recordings.terms import RecordedInstrument
from trading.running.jobs import BacktestTerms, Columns, Ended, Job, SweepTerms
from trading.running.shared_candles import shared
from trading.running.sweep import SweepRun

_FASTS = [*range(5, 15)]


def _terms(series: CandleSeries) -> BacktestTerms:
    return BacktestTerms(
        strategy="ma_cross",
        parameters={"position_size": "0.01"},
        traded=RecordedInstrument.of(series.instrument),
        interval=series.interval,
        start=int(series.open_time[0]),
        end=int(series.next_open_times()[-1]),
        initial_capital=Decimal(1_000_000_000),
        fee_rate=Decimal("0.001"),
        slippage=Decimal("0.0005"),
        fills=FillRule.THROUGH,
    )


def _job(series: CandleSeries, memory: int, candles: Columns, runs: int) -> Job:
    slows = [20 + 5 * number for number in range(runs // len(_FASTS))]
    swept = SweepTerms(parameters={"fast": _FASTS, "slow": slows}, walk_forward=None, rank_by=Ranking.SHARPE)
    return Job(terms=_terms(series), memory=memory, candles=candles, sweep=swept, runs=runs)


async def _swept(series: CandleSeries, runs: int) -> Ended:
    slots = asyncio.Semaphore(settings.BACKTESTS_PROCESSES)
    with shared([series]) as (memory, (candles,)):
        job = _job(series, memory, candles, runs)
        return await SweepRun(job, slots=slots, stopping=asyncio.Event()).run(lambda _: None)


def main() -> None:
    """Run a sweep on so many processes."""
    runs, processes, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "BACKTESTS_PROCESSES": processes}
    django.setup()
    series = read_series(Path(path))
    started = time.perf_counter()
    ended = asyncio.run(_swept(series, runs))
    seconds = time.perf_counter() - started
    print(json.dumps({"runs": runs, "processes": int(processes), "hash": ended.hash, "seconds": seconds}))


if __name__ == "__main__":
    main()

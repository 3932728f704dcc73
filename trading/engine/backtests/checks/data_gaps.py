"""Which candles of the range of a run are missing."""

import numpy as np

from streaming.events.intervals import next_open_time, open_time_at
from trading.engine.backtests.checks.report import MOST_GAPS, DataGapsReport, Gap, Verdict
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.series import CandleSeries, Integers
from trading.engine.strategies.candles import candle_numbers


def data_gaps(plan: BacktestPlan, series: CandleSeries) -> DataGapsReport:
    """Return what the range of a plan lacks: at its start, between its candles, and at its end."""
    candles = series.between(plan.start, plan.end)
    first = open_time_at(plan.interval, plan.start)
    begin = first if first >= plan.start else next_open_time(plan.interval, first)
    end = _end(plan)
    expected = np.append(begin, candles.next_open_times())
    found = np.append(candles.open_time, end)
    at = np.flatnonzero(found > expected)
    counts = _counts(plan, expected[at], found[at])
    missing = sum(counts)
    shown = zip(expected[at[:MOST_GAPS]].tolist(), found[at[:MOST_GAPS]].tolist(), counts, strict=False)
    return DataGapsReport(
        verdict=Verdict.FAILED if missing else Verdict.PASSED,
        candles=len(candles),
        missing=missing,
        gap_count=len(at),
        gaps=tuple(Gap(start=start, end=stop, candles=count) for start, stop, count in shown),
    )


def _end(plan: BacktestPlan) -> int:
    """Return when the last candle that opens before the plan's end is over."""
    last = open_time_at(plan.interval, plan.end - 1)
    return next_open_time(plan.interval, last)


def _counts(plan: BacktestPlan, starts: Integers, ends: Integers) -> list[int]:
    """Return how many candles fit between, where something is missing at least one."""
    counts = candle_numbers(plan.interval, ends) - candle_numbers(plan.interval, starts)
    return [max(1, count) for count in counts.tolist()]

"""Whether a strategy knows what is still to come: cut and compare.

Where the candles end at a candle, what was decided up to its close must be what was decided with those after it. The
candles are cut right after decisions, as whoever looks one candle ahead differs there, and at others by chance, as
whoever knows the whole future acts there where it wouldn't have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from streaming.events.intervals import close_time_of
from trading.engine.backtests.checks.decisions import (
    decision_candles,
    first_difference,
    orders_until,
    signals_until,
    stretch,
)
from trading.engine.backtests.checks.repeated_runs import CheckStoppedError, RepeatedRuns
from trading.engine.backtests.checks.report import MOST_DIFFERENCES, Difference, LookAheadReport, Verdict
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.series import CandleSeries, Integers
from trading.engine.strategies.errors import StrategyError

AT_DECISIONS = 16
"""At so many decisions a full check cuts, where there are so many, and at half as many candles by chance."""
_MOST_CANDLES = 5_000_000
"""So many candles all cut runs of a full check have together, at most."""
_WINDOWS, _WINDOW_BEFORE, _WINDOW_AFTER, _WINDOW_REST = 2, 150, 50, 50
"""A short check looks at so many stretches, from so long before a decision to after it; the rest is only there."""
_WINDOW_CUTS = 2


@dataclass(slots=True)
class _Comparison:
    """What the cuts so far have shown."""

    cuts: int = 0
    decisions: int = 0
    differences: list[Difference] = field(default_factory=list)

    def report(self) -> LookAheadReport:
        """Return it; a run without a decision proves nothing."""
        failed = Verdict.FAILED if self.differences else Verdict.PASSED
        return LookAheadReport(
            verdict=failed if self.decisions or self.differences else Verdict.NOT_CHECKED,
            cuts=self.cuts,
            decisions=self.decisions,
            differences=tuple(self.differences[:MOST_DIFFERENCES]),
        )


def cuts_of_whole(decided: Integers, outcome: RunOutcome, random: np.random.Generator) -> list[int]:
    """Return after which candles of a series a full check cuts, ascending: some of the `decided`, some by chance."""
    chosen = _cuts(decided, outcome.first_candle, outcome.first_candle + outcome.candles_done, random)
    while sum(chosen) > _MOST_CANDLES and len(chosen) > 1:
        chosen = chosen[::2]
    return chosen


def look_ahead_of_whole(
    runs: RepeatedRuns, candles: CandleSeries, outcome: RunOutcome, cuts: Sequence[int]
) -> LookAheadReport:
    """Return what cutting the candles at all of `cuts` shows; of a check that is stopped, what it has shown so far."""
    comparison = _Comparison()
    try:
        for cut in cuts:
            _compare(comparison, runs, candles, outcome, cut, start=runs.plan.start)
    except CheckStoppedError:
        pass
    return comparison.report()


def look_ahead_around_decisions(
    runs: RepeatedRuns, candles: CandleSeries, outcome: RunOutcome, decided: Integers, random: np.random.Generator
) -> LookAheadReport:
    """Return what cuts show in a few short stretches of the candles around some of the `decided`: costs little.

    Of a check that is stopped, what it has shown so far.
    """
    comparison = _Comparison()
    try:
        for middle in drawn(decided, _WINDOWS, random):
            _compare_around(comparison, runs, candles, outcome, middle, random=random)
    except CheckStoppedError:
        pass
    return comparison.report()


def _compare_around(
    comparison: _Comparison,
    runs: RepeatedRuns,
    candles: CandleSeries,
    outcome: RunOutcome,
    middle: int,
    *,
    random: np.random.Generator,
) -> None:
    """Compare a run of a short stretch around candle `middle` with some that end within it."""
    first = max(outcome.first_candle, middle - _WINDOW_BEFORE)
    history = max(0, first - max(outcome.warm_up, 1))
    window = stretch(candles, history, middle + _WINDOW_AFTER + _WINDOW_REST)
    stop = min(middle + _WINDOW_AFTER, outcome.first_candle + outcome.candles_done, len(candles) - 1)
    start, end = int(candles.open_time[first]), int(candles.open_time[stop])
    try:
        whole = runs.run(window, start=start, end=end)
    except StrategyError:
        return
    for cut in _cuts(decision_candles(whole, window), first - history, stop - history, random, most=_WINDOW_CUTS):
        _compare(comparison, runs, window, whole, cut, start=start)


def _compare(
    comparison: _Comparison, runs: RepeatedRuns, candles: CandleSeries, whole: RunOutcome, cut: int, *, start: int
) -> None:
    """Compare a run of candles with one that ends after candle `cut`."""
    until = close_time_of(candles.interval, int(candles.open_time[cut]))
    try:
        found = first_difference(whole, runs.run(candles.until(cut + 1), start=start), until=until)
    except StrategyError as error:
        found = Difference(time=error.time, expected="", found=str(error))
    comparison.cuts += 1  # only now: a run that was stopped has shown nothing
    comparison.decisions += len(orders_until(whole, until)) + len(signals_until(whole, until))
    if found:
        comparison.differences.append(found)


def _cuts(
    decided: Integers, first: int, stop: int, random: np.random.Generator, *, most: int = AT_DECISIONS
) -> list[int]:
    """Return at which candles from `first` to before the last to cut: some decisions, and half as many by chance."""
    if stop - 1 <= first:
        return []
    decisions = decided[(decided >= first) & (decided < stop - 1)]
    by_chance = random.integers(first, stop - 1, size=most // 2)
    return sorted({*drawn(decisions, most, random), *by_chance.tolist()})


def drawn(indexes: Integers, most: int, random: np.random.Generator) -> list[int]:
    """Return at most so many of the indexes, ascending."""
    chosen = indexes if len(indexes) <= most else random.choice(indexes, most, replace=False)
    return sorted(chosen.tolist())

"""Whether decisions depend on how much history there is before the start, once the indicators have warmed up.

A recursive indicator (an exponential average, an RSI) remembers all candles, the older ones the less. A strategy is
started at one candle with as much history as its indicators need, and with much more: what it does may differ at first,
and must be nearly the same in the second half of what is compared; nearly, as a running sum is rounded otherwise after
other candles, and two averages may meet. Sizes of orders aren't compared, as a first difference in what is owned stays
in them for good.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from streaming.events.intervals import close_time_of
from trading.engine.backtests.checks.decisions import (
    Decision,
    orders_until,
    signals_until,
    stretch,
)
from trading.engine.backtests.checks.repeated_runs import CheckStoppedError, RepeatedRuns
from trading.engine.backtests.checks.report import MOST_DIFFERENCES, Difference, Verdict, WarmUpReport
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.errors import StrategyError

LENGTHENED = 10
"""The longer history is so many times what the indicators need, and so many times that is compared."""
FEWEST_COMPARED, MOST_COMPARED = 300, 20_000
_FEWEST_HISTORY = 100
HIGHEST_SHARE = 0.1
"""Of the decisions in the second half, at most such a share may differ."""


class _Stretch(NamedTuple):
    """Where a strategy is started, with which histories before that, and the candle before which it is stopped."""

    start: int
    stop: int
    short: int
    long: int


def warm_up(
    runs: RepeatedRuns, candles: CandleSeries, outcome: RunOutcome, decided: Sequence[int], *, is_full: bool
) -> WarmUpReport:
    """Return whether the decisions of a stretch of the candles depend on the history before it.

    The stretch lies around the first of the `decided`; of a full check it is as long as can be, to `MOST_COMPARED`.
    """
    compared = _stretch(outcome, decided, is_full=is_full)
    if compared is None:
        return WarmUpReport(candles=outcome.warm_up)
    try:
        lists = [_decisions(runs, candles, compared, history) for history in (compared.long, compared.short)]
    except (CheckStoppedError, StrategyError):
        return WarmUpReport(candles=outcome.warm_up)
    return _report(candles, outcome.warm_up, compared, *lists)


def _stretch(outcome: RunOutcome, decided: Sequence[int], *, is_full: bool) -> _Stretch | None:
    """Return what to compare; None where nothing is decided, or too little lies before it."""
    if not decided:
        return None
    needed, end = outcome.warm_up, outcome.first_candle + outcome.candles_done
    wanted = max(LENGTHENED * needed, _FEWEST_HISTORY)
    length = MOST_COMPARED if is_full else max(FEWEST_COMPARED, LENGTHENED * needed)
    latest = max(needed, min(end - length, decided[0] - length // 4))
    start = min(max(wanted, latest), end // 2)
    if start <= needed:
        return None
    return _Stretch(start=start, stop=min(end, start + length), short=needed, long=min(start, wanted))


def _decisions(runs: RepeatedRuns, candles: CandleSeries, compared: _Stretch, history: int) -> list[Decision]:
    part = stretch(candles, compared.start - history, compared.stop)
    outcome = runs.run(part, start=int(candles.open_time[compared.start]))
    until = close_time_of(candles.interval, int(candles.open_time[compared.stop - 1]))
    return orders_until(outcome, until) + signals_until(outcome, until)


def _report(
    candles: CandleSeries, needed: int, compared: _Stretch, long: Sequence[Decision], short: Sequence[Decision]
) -> WarmUpReport:
    expected, found = ({(decision.time, decision.what) for decision in decisions} for decisions in (long, short))
    times = sorted({time for time, _ in expected ^ found})
    length = compared.stop - compared.start
    half = int(candles.open_time[compared.start + length // 2])
    late = [sum(time >= half for time, _ in decisions) for decisions in (expected ^ found, expected | found)]
    passed = Verdict.FAILED if late[0] > HIGHEST_SHARE * late[1] else Verdict.PASSED
    return WarmUpReport(
        verdict=passed if expected or found else Verdict.NOT_CHECKED,
        candles=needed,
        histories=(compared.short, compared.long),
        compared=length,
        decisions=len(expected),
        settled_after=_candle_of(candles, times[-1]) + 1 - compared.start if times else 0,
        differences=tuple(_difference(time, expected, found) for time in times[-MOST_DIFFERENCES:]),
    )


def _difference(time: int, expected: set[tuple[int, str]], found: set[tuple[int, str]]) -> Difference:
    words = [", ".join(sorted(what for at, what in decisions if at == time)) for decisions in (expected, found)]
    return Difference(time=time, expected=words[0], found=words[1])


def _candle_of(candles: CandleSeries, time: int) -> int:
    return int(np.searchsorted(candles.open_time, time, side="right")) - 1

"""All checks of a run: in full, or as much of them as every result carries."""

import numpy as np

from trading.engine.backtests.checks.data_gaps import data_gaps
from trading.engine.backtests.checks.decisions import decision_candles
from trading.engine.backtests.checks.look_ahead import (
    cuts_of_whole,
    drawn,
    look_ahead_around_decisions,
    look_ahead_of_whole,
)
from trading.engine.backtests.checks.path_dependence import path_dependence
from trading.engine.backtests.checks.repeated_runs import CheckStoppedError, RepeatedRuns
from trading.engine.backtests.checks.report import ChecksReport
from trading.engine.backtests.checks.warm_up import MOST_COMPARED, warm_up
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import BacktestPlan, Report
from trading.engine.backtests.runner import Strategies
from trading.engine.backtests.series import CandleSeries


def short_checks(
    plan: BacktestPlan,
    series: CandleSeries,
    outcome: RunOutcome,
    *,
    strategies: Strategies | None = None,
    finer: CandleSeries | None = None,
    report: Report | None = None,
) -> ChecksReport:
    """Return the checks that every result carries: look-ahead and warm-up only around a few decisions.

    Where `report` says to stop, what was found until then is returned: of a slow strategy these, too, take long.
    """
    runs, random = RepeatedRuns(plan, strategies, finer=finer, report=report), np.random.default_rng(plan.seed)
    decided = decision_candles(outcome, series)
    return ChecksReport(
        look_ahead=look_ahead_around_decisions(runs, series, outcome, decided, random),
        warm_up=warm_up(runs, series, outcome, drawn(decided, 1, random), is_full=False),
        data_gaps=data_gaps(plan, series),
        path_dependence=path_dependence(outcome),
    )


def check(
    plan: BacktestPlan,
    series: CandleSeries,
    *,
    strategies: Strategies | None = None,
    outcome: RunOutcome | None = None,
    finer: CandleSeries | None = None,
    report: Report | None = None,
) -> ChecksReport | None:
    """Return all checks of a run in full; `outcome` is what came of it, where that is known.

    `report` is told of the candles of all runs that this takes; where it says to stop, what was found until then is
    returned, or None where that is nothing. The same for the same seed. Raise what `run` raises.
    """
    runs, random = RepeatedRuns(plan, strategies, finer=finer, report=report), np.random.default_rng(plan.seed)
    runs.total = 2 * len(series)
    try:
        whole = outcome or runs.run(series)
    except CheckStoppedError:
        return None
    decided = decision_candles(whole, series)
    cuts = cuts_of_whole(decided, whole, random)
    runs.total = (0 if outcome else whole.candles_done) + sum(cuts) + 2 * min(len(series), MOST_COMPARED)
    return ChecksReport(
        look_ahead=look_ahead_of_whole(runs, series, whole, cuts),
        warm_up=warm_up(runs, series, whole, drawn(decided, 1, random), is_full=True),
        data_gaps=data_gaps(plan, series),
        path_dependence=path_dependence(whole),
        is_full=True,
    )

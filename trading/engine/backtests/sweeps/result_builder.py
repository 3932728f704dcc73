"""How a sweep's result is made of its runs."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from trading.engine.backtests.results.deflated_sharpe import deflated_sharpe, moments_of
from trading.engine.backtests.results.fingerprint import fingerprint_of
from trading.engine.backtests.results.periods import Period, period_ends, period_of
from trading.engine.backtests.results.result import kept_plan
from trading.engine.backtests.runner import Strategies
from trading.engine.backtests.series import CandleSeries, Floats
from trading.engine.backtests.sweeps.cells import CellRun
from trading.engine.backtests.sweeps.heat_map import heat_map
from trading.engine.backtests.sweeps.plan import Ranking, SweepPlan
from trading.engine.backtests.sweeps.result import SweepResult
from trading.engine.backtests.sweeps.walk_forward import WalkForwardReport, best_row, scores, walk_forward, warning_of
from trading.engine.strategies.registry import strategy_of


class _Judged(NamedTuple):
    """What the runs of a sweep tell together: in which period their returns are, and of the best what it comes to."""

    period: Period
    best: int | None = None
    walk_forward: WalkForwardReport | None = None
    deflated_sharpe: float | None = None


def sweep_result(
    sweep: SweepPlan,
    series: CandleSeries,
    runs: Iterable[CellRun],
    *,
    trials: int,
    strategies: Strategies | None = None,
    finer: CandleSeries | None = None,
) -> SweepResult:
    """Return the result of the runs of a sweep over `series`, in whatever order they come.

    Where some are missing, it is partial. `trials` is the number of runs that its user has made on the symbol, these
    included.
    """
    ordered = sorted(runs, key=lambda done: done.cell.number)
    cells = tuple(replace(done.cell, parameters=sweep.combinations[done.cell.number]) for done in ordered)
    candles = series.between(sweep.plan.start, sweep.plan.end)
    judged = _judged(sweep, candles, [done for done in ordered if done.cell.metrics], trials=trials)
    return SweepResult(
        plan=kept_plan(sweep.plan),
        is_partial=len(cells) < len(sweep.combinations),
        axes=sweep.axes,
        cells=cells,
        left_out=sweep.left_out,
        rank_by=sweep.rank_by,
        best=judged.best,
        period=judged.period,
        heat_map=heat_map(cells, sweep.axes, best=judged.best, metric=sweep.rank_by) if cells else None,
        walk_forward=judged.walk_forward,
        warning=warning_of(judged.walk_forward, sweep.combinations),
        deflated_sharpe=judged.deflated_sharpe,
        trials=trials,
        fingerprint=fingerprint_of(
            sweep, series, finer, strategy_module=strategy_of(sweep.plan.strategy, strategies).__module__
        ),
    )


def _judged(sweep: SweepPlan, candles: CandleSeries, runs: Sequence[CellRun], *, trials: int) -> _Judged:
    """Return what the returns of whole runs over these candles tell."""
    times = candles.next_open_times()
    start = int(candles.open_time[0]) if len(candles) else sweep.plan.start
    period = period_of(int(times[-1]) - start if len(candles) else 0, sweep.plan.interval)
    returns = np.array([done.returns for done in runs])
    best = _best(returns, sweep, period)
    if best is None:
        return _Judged(period)
    numbers = [done.cell.number for done in runs]
    followed = walk_forward(
        returns,
        numbers,
        period_ends(start, times, period),
        start=start,
        windows=sweep.walk_forward,
        rank_by=sweep.rank_by,
        per_year=period.per_year,
    )
    return _Judged(period, numbers[best], followed, _deflated(returns, best, trials))


def _best(returns: Floats, sweep: SweepPlan, period: Period) -> int | None:
    """Return the row with the highest score over the whole range."""
    if not returns.size:
        return None
    return best_row(returns, scores(returns, sweep.rank_by, period.per_year))


def _deflated(returns: Floats, best: int, trials: int) -> float | None:
    """Return the deflated Sharpe ratio of the best row, by the variance of the ratios of all."""
    moments = moments_of(returns[best])
    if moments is None:
        return None
    known = _sharpes(returns)
    variance = float(known.var(ddof=1)) if len(known) > 1 else None
    return deflated_sharpe(moments, trials=max(1, trials), variance=variance)


def _sharpes(returns: Floats) -> Floats:
    """Return the Sharpe ratios of rows of returns, of one period, without those that are undefined."""
    found = scores(returns, Ranking.SHARPE, 1.0)
    return found[np.isfinite(found)]

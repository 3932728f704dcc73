"""How a sweep's result is made of its runs."""

from collections.abc import Iterable

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
from trading.engine.backtests.sweeps.walk_forward import scores, walk_forward, warning_of
from trading.engine.strategies.registry import strategy_of


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
    whole = [done for done in ordered if done.cell.metrics]
    candles = series.between(sweep.plan.start, sweep.plan.end)
    times = candles.end_times()
    start = int(candles.open_time[0]) if len(candles) else sweep.plan.start
    period = period_of(int(times[-1]) - start if len(candles) else 0, sweep.plan.interval)
    returns = np.array([done.returns for done in whole])
    best = _best(returns, sweep, period)
    followed = None
    if best is not None:
        followed = walk_forward(
            returns,
            [done.cell.number for done in whole],
            period_ends(start, times, period),
            start=start,
            windows=sweep.walk_forward,
            rank_by=sweep.rank_by,
            per_year=period.per_year,
        )
    cells = tuple(replace(done.cell, parameters=sweep.combinations[done.cell.number]) for done in ordered)
    best_number = None if best is None else whole[best].cell.number
    return SweepResult(
        plan=kept_plan(sweep.plan),
        is_partial=len(cells) < len(sweep.combinations),
        axes=sweep.axes,
        cells=cells,
        left_out=sweep.left_out,
        rank_by=sweep.rank_by,
        best=best_number,
        period=period,
        heat_map=heat_map(cells, sweep.axes, best=best_number, metric=sweep.rank_by) if cells else None,
        walk_forward=followed,
        warning=warning_of(followed, sweep.combinations),
        deflated_sharpe=_deflated(returns, best, trials),
        trials=trials,
        fingerprint=fingerprint_of(
            sweep,
            *(s for s in (series, finer) if s is not None),
            strategy_module=strategy_of(sweep.plan.strategy, strategies).__module__,
        ),
    )


def _best(returns: Floats, sweep: SweepPlan, period: Period) -> int | None:
    """Return the row with the highest score over the whole range."""
    if not returns.size:
        return None
    found = scores(returns, sweep.rank_by, period.per_year)
    best = int(found.argmax())
    return best if np.isfinite(found[best]) else None


def _deflated(returns: Floats, best: int | None, trials: int) -> float | None:
    """Return the deflated Sharpe ratio of the best row, by the variance of the ratios of all."""
    moments = None if best is None else moments_of(returns[best])
    if moments is None:
        return None
    known = _sharpes(returns)
    variance = float(known.var(ddof=1)) if len(known) > 1 else None
    return deflated_sharpe(moments, trials=max(1, trials), variance=variance)


def _sharpes(returns: Floats) -> Floats:
    """Return the Sharpe ratios of rows of returns, of one period, without those that are undefined."""
    found = scores(returns, Ranking.SHARPE, 1.0)
    return found[np.isfinite(found)]

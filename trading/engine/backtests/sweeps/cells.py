"""One run of a sweep: its metrics, and the returns of its periods, by which it is compared with the others."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from trading.engine.backtests.plan import Report
from trading.engine.backtests.results.metrics import Metrics
from trading.engine.backtests.results.statistics import statistics_of
from trading.engine.backtests.runner import Strategies, run
from trading.engine.backtests.series import CandleSeries, Floats
from trading.engine.backtests.series_indicators import SeriesIndicators
from trading.engine.backtests.sweeps.plan import SweepPlan
from trading.engine.strategies.errors import StrategyError, StrategyParametersError


class SweepCell(msgspec.Struct, frozen=True, kw_only=True):
    """One combination of parameters, and what its run came to; None and the `error` where its strategy failed."""

    number: int
    parameters: Mapping[str, Any]
    metrics: Metrics | None
    error: str = ""


class CellRun(msgspec.Struct, frozen=True, kw_only=True):
    """A cell with the returns of its periods: what goes from the process that ran it to the one that compares."""

    cell: SweepCell
    packed_returns: bytes

    @property
    def returns(self) -> Floats:
        """The returns of the periods of the run; of a run that failed, none."""
        return np.frombuffer(self.packed_returns, dtype="<f8")


def run_cell(
    sweep: SweepPlan,
    number: int,
    series: CandleSeries,
    *,
    strategies: Strategies | None = None,
    indicators: SeriesIndicators | None = None,
    finer: CandleSeries | None = None,
    report: Report | None = None,
) -> CellRun | None:
    """Run one combination of a sweep; None where `report` stopped it. `indicators` are shared by runs of a process."""
    plan, parameters = sweep.plan_of(number), sweep.combinations[number]
    try:
        outcome = run(plan, series, strategies=strategies, indicators=indicators, finer=finer, report=report)
    except (StrategyError, StrategyParametersError) as error:  # a tick may have become coarser since it was planned
        failed = SweepCell(number=number, parameters=parameters, metrics=None, error=str(error))
        return CellRun(cell=failed, packed_returns=b"")
    if outcome.is_partial:
        return None
    found = statistics_of(plan, series.between(plan.start, plan.end), outcome)
    cell = SweepCell(number=number, parameters=parameters, metrics=found.metrics)
    return CellRun(cell=cell, packed_returns=found.returns.astype("<f8").tobytes())

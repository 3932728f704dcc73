"""What a process does with a job: runs, and all that is made of them. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from trading.backtests.strategies import parameters_read
from trading.engine.backtests.checks.checking import check
from trading.engine.backtests.plan import BacktestPlan, Progress, Report
from trading.engine.backtests.results.result_builder import result_of
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.backtests.series_indicators import SeriesIndicators
from trading.engine.backtests.sweeps.cells import CellRun, run_cell
from trading.engine.backtests.sweeps.plan import SweepPlan
from trading.engine.backtests.sweeps.result import SweepResult
from trading.engine.backtests.sweeps.result_builder import sweep_result
from trading.engine.strategies.predictions import PredictionsByTime
from trading.running.jobs import AnyJob, CellDone, Columns, Ended, Job, Message, TrainingJob
from trading.running.packing import packed
from trading.running.shared_candles import series_at
from trading.running.training_work import predictions_of, trained


class Work:
    """What a process does with its jobs, all of one backtest: an indicator is computed once for all of them."""

    def __init__(self) -> None:
        self._indicators: dict[Columns, SeriesIndicators] = {}
        self._predictions: dict[Columns, Mapping[str, PredictionsByTime]] = {}

    def of(self, job: AnyJob, report: Report) -> Iterator[Message]:
        """Do a job; yield what is to be told."""
        if isinstance(job, TrainingJob):
            yield trained(job)
            return
        instrument = job.terms.instrument()
        told = series_at(job.memory, job.candles, instrument)
        series = told.since(job.warm_from)
        finer = None if job.finer is None else series_at(job.memory, job.finer, instrument)
        if job.sweep is None:
            plan = self._plan(job, told, parameters_read(job.terms.strategy, job.terms.parameters))
            make = _checked if job.checks else _one_run
            yield make(job, plan, series, finer, report)
            return
        sweep = job.sweep.plan(self._plan(job, told, job.terms.parameters), runs=job.runs)
        if job.numbers is None:
            yield _swept(job, sweep, series, finer)
        else:
            indicators = self._indicators.setdefault(job.candles, SeriesIndicators(series))
            cell = partial(run_cell, sweep, series=series, indicators=indicators, finer=finer, report=report)
            yield from _cells(job.numbers, cell)

    def _plan(self, job: Job, told: CandleSeries, parameters: Mapping[str, Any]) -> BacktestPlan:
        """Return the plan with what models said who were `told` these candles, which is asked once for all jobs."""
        plan = job.terms.plan(parameters)
        if not job.models:
            return plan
        if job.candles not in self._predictions:
            said = predictions_of(job.models, told, start=plan.start, books=job.books)
            self._predictions[job.candles] = said
        return replace(plan, predictions=self._predictions[job.candles])


class _LastProgress:
    """Reports how far a run is, and that still where its result is made, which may be stopped as well."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._last: Progress | None = None

    def __call__(self, progress: Progress) -> bool:
        self._last = progress
        return self._report(progress)

    def again(self, progress: Progress) -> bool:
        """Report how far the run was, whatever a check's own run has done."""
        return self._report(self._last or progress)


def _one_run(job: Job, plan: BacktestPlan, series: CandleSeries, finer: CandleSeries | None, report: Report) -> Ended:
    heard = _LastProgress(report)
    outcome = run(plan, series, finer=finer, report=heard)
    result = result_of(plan, series, outcome, trials=job.trials, finer=finer, report=heard.again)
    return Ended(
        data=packed(result),
        metrics=msgspec.to_builtins(result.metrics),
        hash=result.fingerprint.hash,
        is_partial=outcome.is_partial,
    )


def _checked(job: Job, plan: BacktestPlan, series: CandleSeries, finer: CandleSeries | None, report: Report) -> Ended:
    found = check(plan, series, finer=finer, report=report)
    return Ended(is_partial=True) if found is None else Ended(data=msgspec.msgpack.encode(found))


def _cells(numbers: Sequence[int], cell: Callable[[int], CellRun | None]) -> Iterator[Message]:
    for number in numbers:
        done = cell(number)
        if done is None:
            yield Ended(is_partial=True)
            return
        yield CellDone(done)
    yield Ended()


def _swept(job: Job, sweep: SweepPlan, series: CandleSeries, finer: CandleSeries | None) -> Ended:
    result = sweep_result(sweep, series, job.cells, trials=job.trials, finer=finer)
    return Ended(
        data=packed(result), metrics=_best_metrics(result), hash=result.fingerprint.hash, is_partial=result.is_partial
    )


def _best_metrics(result: SweepResult) -> dict[str, object] | None:
    for cell in result.cells:
        if cell.number == result.best:
            metrics: dict[str, object] = msgspec.to_builtins(cell.metrics)
            return metrics
    return None

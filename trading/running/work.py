"""What a process does with a job: the run, and all that is made of it. Pure."""

from collections.abc import Iterator

import msgspec

from trading.backtests.strategies import parameters_read
from trading.engine.backtests.plan import Report
from trading.engine.backtests.results.making import result_of
from trading.engine.backtests.runner import run
from trading.engine.strategies.registry import installed_strategies
from trading.running.jobs import Ended, Job, Message
from trading.running.packing import packed
from trading.running.shared_candles import series_at


def work_of(job: Job, report: Report) -> Iterator[Message]:
    """Do a job; yield what is to be told."""
    plan = job.terms.plan(parameters_read(job.terms.strategy, job.terms.parameters))
    series = series_at(job.memory, job.candles, plan.instrument)
    finer = None if job.finer is None else series_at(job.memory, job.finer, plan.instrument)
    outcome = run(plan, series, finer=finer, report=report, strategies=installed_strategies())
    result = result_of(plan, series, outcome, trials=job.trials, finer=finer, strategies=installed_strategies())
    yield Ended(
        data=packed(result),
        metrics=msgspec.to_builtins(result.metrics),
        hash=result.fingerprint.hash,
        is_partial=outcome.is_partial,
    )

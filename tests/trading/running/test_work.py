"""What a process does of a run that is stopped: it tells what it has, and doesn't go on where the result is made."""

from decimal import Decimal

from tests.trading.engine.backtests.results.series import random_walk
from trading.engine.backtests.checks.report import Verdict
from trading.engine.backtests.plan import FillRule, Progress
from trading.engine.live.recordings.terms import RecordedInstrument
from trading.running.jobs import BacktestTerms, Ended, Job
from trading.running.packing import unpacked
from trading.running.shared_candles import shared
from trading.running.work import Work

_ENOUGH = 1000


def test_the_checks_of_a_run_that_was_stopped_are_left_and_its_progress_never_goes_back() -> None:
    """They took as long as a slow strategy does, until the process was killed with its result."""
    series, told = random_walk(1, count=3000), list[Progress]()

    def report(progress: Progress) -> bool:
        told.append(progress)
        return progress.done < _ENOUGH

    terms = BacktestTerms(
        strategy="dca",
        parameters={"every": 1, "amount": "0.01"},
        traded=RecordedInstrument.of(series.instrument),
        interval=series.interval,
        start=int(series.open_time[0]),
        end=int(series.next_open_times()[-1]),
        initial_capital=Decimal(1000),
        fee_rate=Decimal(0),
        slippage=Decimal(0),
        fills=FillRule.THROUGH,
    )
    with shared([series]) as (memory, (place,)):
        (ended,) = Work().of(Job(terms=terms, memory=memory, candles=place), report)
    assert isinstance(ended, Ended)
    result = unpacked(ended.data)
    assert (ended.is_partial, result.is_partial) == (True, True)
    assert _ENOUGH <= result.candles < 2 * _ENOUGH
    assert [result.checks.look_ahead.verdict, result.checks.warm_up.verdict] == [Verdict.NOT_CHECKED] * 2
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)

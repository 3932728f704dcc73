"""Between a backtest's row, what clients say of it, and what its process is given."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.conf import settings
from msgspec.structs import replace

from streaming.events import Interval
from trading.backtests.closed_candles import closed_end
from trading.backtests.parameters import NewBacktest, NewSweep, WalkForwardDays
from trading.backtests.strategies import fixed_parameters, stored_parameters
from trading.candles.series import instrument_of
from trading.engine.backtests.plan import FillRule
from trading.engine.backtests.sweeps.plan import SweepPlan, WalkForward, sweep_plan
from trading.engine.instrument import Instrument
from trading.engine.live.recordings.terms import RecordedInstrument
from trading.models import Backtest, BacktestKind
from trading.running.jobs import BacktestTerms, SweepTerms


def columns_of(given: NewBacktest) -> dict[str, Any]:
    """Return the columns of a row for what was found to be right."""
    return {
        "strategy": given.strategy_name,
        "symbol": given.symbol_name,
        "interval": given.interval.value,
        "start": given.start,
        "end": given.end,
        "parameters": _parameters_of(given),
        "initial_capital": given.initial_capital,
        "fee_rate": given.fee_rate,
        "slippage": given.slippage,
        "fills": given.fills,
    }


def terms_of(backtest: Backtest, instrument: Instrument) -> BacktestTerms:
    """Return what a process is given to run of a row."""
    return BacktestTerms(
        strategy=backtest.strategy,
        parameters=backtest.parameters,
        traded=RecordedInstrument.of(instrument),
        interval=Interval(backtest.interval),
        start=backtest.start,
        end=backtest.end,
        initial_capital=backtest.initial_capital,
        fee_rate=backtest.fee_rate,
        slippage=backtest.slippage,
        fills=FillRule(backtest.fills),
    )


def sweep_columns_of(sweep: SweepPlan) -> dict[str, Any]:
    """Return the columns of a sweep's row beside those of any backtest."""
    stored = msgspec.to_builtins(SweepTerms.of(sweep))
    return {"kind": BacktestKind.SWEEP.value, "sweep": stored, "runs": len(sweep.combinations)}


def sweep_plan_of(given: NewSweep, *, now_ms: int) -> SweepPlan:
    """Return the sweep that is asked for, with all of its combinations; raise `SweepError`.

    Its windows must fit the candles that have closed by now, as no others may be there once it is run.
    """
    terms = terms_of(Backtest(**columns_of(given)), instrument_of(given.symbol_name))
    days = given.walk_forward
    return sweep_plan(
        replace(terms.plan(terms.parameters), end=closed_end(given.interval, given.start, given.end, now_ms=now_ms)),
        given.parameters,
        walk_forward=None if days is None else walk_forward_of(days),
        rank_by=given.rank_by,
        most_runs=settings.BACKTESTS_SWEEP_MAXIMUM_RUNS,
    )


def walk_forward_of(days: WalkForwardDays) -> WalkForward:
    """Return the windows of a sweep; by default each moves on by the length of its test."""
    return WalkForward(train=days.train, test=days.test, step=days.test if days.step is None else days.step)


def sweep_terms_of(backtest: Backtest) -> SweepTerms | None:
    """Return what the processes of a sweep are given of it; None for a single run."""
    return None if backtest.sweep is None else msgspec.convert(backtest.sweep, SweepTerms)


def _parameters_of(given: NewBacktest) -> Mapping[str, Any]:
    if isinstance(given, NewSweep):
        return fixed_parameters(given.strategy_name, given.strategy_parameters)
    return stored_parameters(given.strategy_name, given.strategy_parameters)

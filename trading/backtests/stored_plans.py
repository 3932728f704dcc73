"""Between a backtest's row, what clients say of it, and what its process is given."""

from decimal import Decimal
from typing import Any, cast

from streaming.events import Interval
from trading.backtests.parameters import NewBacktest
from trading.backtests.strategies import stored_parameters
from trading.engine.backtests.plan import FillRule
from trading.engine.instrument import Instrument
from trading.models import Backtest
from trading.running.jobs import RunTerms, Traded


def columns_of(given: NewBacktest) -> dict[str, Any]:
    """Return the columns of a row for what was found to be right."""
    return {
        "strategy": given.strategy_name,
        "symbol": given.symbol_name,
        "interval": given.interval.value,
        "start": given.start,
        "end": given.end,
        "parameters": stored_parameters(given.strategy_name, given.strategy_parameters),
        "initial_capital": given.initial_capital,
        "fee_rate": given.fee_rate,
        "slippage": given.slippage,
        "fills": given.fills,
    }


def terms_of(backtest: Backtest, instrument: Instrument) -> RunTerms:
    """Return what a process is given to run of a row."""
    return RunTerms(
        strategy=backtest.strategy,
        parameters=backtest.parameters,
        traded=traded(instrument),
        interval=Interval(backtest.interval),
        start=backtest.start,
        end=backtest.end,
        initial_capital=_required(backtest.initial_capital),
        fee_rate=_required(backtest.fee_rate),
        slippage=_required(backtest.slippage),
        fills=FillRule(backtest.fills),
    )


def traded(instrument: Instrument) -> Traded:
    """Return an instrument as it crosses a pipe."""
    return Traded(
        symbol=instrument.symbol,
        base=instrument.base,
        quote=instrument.quote,
        tick_size=instrument.tick_size,
        step_size=instrument.step_size,
        minimum_notional=instrument.minimum_notional,
    )


def _required(value: Decimal | None) -> Decimal:
    return cast("Decimal", value)  # of a column that is never null, which the field's type doesn't tell

"""All that can be wrong with a new backtest beyond what each parameter says by itself, by the parameters' names."""

from trading.backtests.market_checks import data_faults, range_faults, symbol_faults
from trading.backtests.parameters import NewBacktest, NewSweep
from trading.backtests.strategies import fixed_faults, parameter_faults, strategy_faults
from trading.candles.series import instrument_of
from trading.engine.instrument import Instrument
from trading.price_models.checks import backtest_fault, first_fault, model_asked, model_parameter_of


def faults_of(given: NewBacktest, *, now_ms: int) -> dict[str, str]:
    """Return a sentence for each parameter that is wrong.

    Raise `CommandRefusedError` (UNAVAILABLE) while no symbols are known at all.
    """
    market = _market_faults(given, now_ms=now_ms)
    instrument = None if "symbol" in market else instrument_of(given.symbol_name)
    return {**_strategy_faults(given, instrument), **market} or _model_faults(given)


def _strategy_faults(given: NewBacktest, instrument: Instrument | None) -> dict[str, str]:
    name = given.strategy_name
    faults = dict(strategy_faults(name))
    if isinstance(given, NewSweep):  # what is right together is told of its combinations
        return faults or dict(fixed_faults(name, given.strategy_parameters, given.parameters_path))
    return faults or dict(parameter_faults(name, given.strategy_parameters, given.parameters_path, instrument))


def _model_faults(given: NewBacktest) -> dict[str, str]:
    """Return that no model was trained before the start that the strategy, which is right, could ask."""
    parameter = model_parameter_of(given.strategy_name)
    if not parameter:
        return {}
    values = given.parameters.get(parameter) if isinstance(given, NewSweep) else None
    chosen = [{parameter: value} for value in values] if values else [given.strategy_parameters]
    asked = [model_asked(given.strategy_name, one, symbol=given.symbol_name, interval=given.interval) for one in chosen]
    fault = first_fault(backtest_fault(name, start=given.start) for name in asked if name is not None)
    return {f"{given.parameters_path}.{parameter}": fault} if fault else {}


def _market_faults(given: NewBacktest, *, now_ms: int) -> dict[str, str]:
    symbol, interval = given.symbol_name, given.interval
    faults = {**symbol_faults(symbol), **range_faults(interval, given.start, given.end, now_ms=now_ms)}
    return faults or dict(data_faults(symbol, interval, given.start, min(given.end, now_ms)))

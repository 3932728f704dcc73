"""The strategies that can be tested, for whoever names one and its parameters. Pure: processes that run them use it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from trading.engine.instrument import Instrument
from trading.engine.strategies.errors import StrategyParametersError, UncheckedParametersError
from trading.engine.strategies.parameters import read_parameter, read_parameters
from trading.engine.strategies.registry import installed_strategies, strategy_of
from trading.engine.strategies.strategy import Strategy


def strategy_named(name: str) -> type[Strategy[Any]] | None:
    """Return the strategy of that name; None where there is none."""
    return installed_strategies().get(name)


def title_of(name: str) -> str:
    """Return what a strategy is called; its name where there is none of it (any more)."""
    found = strategy_named(name)
    return name if found is None else found.title


def strategy_faults(name: str) -> Mapping[str, str]:
    """Return that there is no such strategy, and which there are."""
    try:
        strategy_of(name)
    except StrategyParametersError as error:
        return error.fields
    return {}


def parameter_faults(
    name: str, given: Mapping[str, Any], path: str, instrument: Instrument | None = None
) -> Mapping[str, str]:
    """Return what is wrong with the parameters of a strategy that exists, each by its path: `params.fast`.

    Where its own code can't check them, that is wrong with the `strategy`.
    """
    try:
        read_parameters(installed_strategies()[name], given, instrument)
    except UncheckedParametersError as error:
        return error.fields
    except StrategyParametersError as error:
        return {f"{path}.{parameter}": sentence for parameter, sentence in error.fields.items()}
    return {}


def parameters_read(name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return all parameters of a strategy as it is given them, those that weren't given too.

    Raise `KeyError` for a strategy that there isn't, and `StrategyParametersError`.
    """
    return msgspec.structs.asdict(read_parameters(installed_strategies()[name], given))


def stored_parameters(name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the same as they are stored: decimals as text, as JSON has no exact ones."""
    stored: Mapping[str, Any] = msgspec.to_builtins(parameters_read(name, given))
    return stored


def fixed_parameters(name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return those that were given as they are stored, without the others, which a sweep may bring."""
    strategy = installed_strategies()[name]
    stored: Mapping[str, Any] = msgspec.to_builtins(
        {parameter: read_parameter(strategy, parameter, value) for parameter, value in given.items()}
    )
    return stored


def fixed_faults(name: str, given: Mapping[str, Any], path: str) -> Mapping[str, str]:
    """Return what is wrong with parameters one by one, whatever the others are."""
    faults: dict[str, str] = {}
    for parameter, value in given.items():
        try:
            read_parameter(installed_strategies()[name], parameter, value)
        except StrategyParametersError as error:
            faults.update({f"{path}.{field}": sentence for field, sentence in error.fields.items()})
    return faults

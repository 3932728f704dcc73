"""Which strategies there are: the shipped ones, and those that other installed packages bring.

A package brings one by an entry point of the group `tidewire.strategies` that leads to its class (docs/strategies.md).
"""

import logging
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any, get_type_hints

from trading.engine.strategies.errors import StrategyParametersError
from trading.engine.strategies.parameters import parameter_schema
from trading.engine.strategies.shipped import SHIPPED
from trading.engine.strategies.strategy import Strategy
from trading.learning.kinds import NOT_INSTALLED, ModelKind, learning_is_installed

GROUP = "tidewire.strategies"
_LONGEST_VERSION = 32

AnyStrategy = type[Strategy[Any]]
logger = logging.getLogger(__name__)  # without what else logs of ours import: each run of a backtest waits for it


@cache
def installed_strategies() -> Mapping[str, AnyStrategy]:
    """Return all strategies by name, the shipped ones first; read once in a process."""
    return strategies_with(entry_points(group=GROUP))


def strategies_with(points: Iterable[EntryPoint]) -> Mapping[str, AnyStrategy]:
    """Return the shipped strategies and those of `points`, by name.

    One that can't be loaded, or whose name is taken, is left out and told in the log by its entry point's name.
    """
    found: dict[str, AnyStrategy] = {strategy.name: strategy for strategy in SHIPPED if not _lacks(strategy)}
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        try:
            strategy = _loaded(point)
            if strategy.name in found:
                raise ValueError(f"there is a strategy {strategy.name} already")  # noqa: TRY301 - told as other faults
        except Exception as fault:  # noqa: BLE001 - whatever foreign code raises must not stop the others
            logger.warning("the strategy of entry point %s (%s) is left out: %r", point.name, point.value, fault)
        else:
            found[strategy.name] = strategy
    return MappingProxyType(found)


def strategy_of(name: str, strategies: Mapping[str, AnyStrategy] | None = None) -> AnyStrategy:
    """Return the strategy of that name; raise `StrategyParametersError` where there is none."""
    known = installed_strategies() if strategies is None else strategies
    strategy = known.get(name)
    if strategy is None and any(each.name == name and _lacks(each) for each in SHIPPED):
        raise StrategyParametersError({"strategy": f"{name} can't run here: {NOT_INSTALLED}"})
    if strategy is None:
        raise StrategyParametersError({"strategy": f"strategy must be one of {' '.join(known)}"})
    return strategy


def version_of(name: str) -> str:
    """Return the version of an installed strategy; empty where there is none of that name (any more)."""
    strategy = installed_strategies().get(name)
    return "" if strategy is None else strategy.version


def algorithm_of(name: str, parameters: Mapping[str, Any]) -> str:
    """Return the algorithm of the model that an installed strategy asks by its parameters; empty where it asks none."""
    strategy = installed_strategies().get(name)
    return "" if strategy is None or not strategy.model_parameter else str(parameters.get(strategy.model_parameter, ""))


def _lacks(strategy: AnyStrategy) -> bool:
    """Return whether what a strategy asks isn't installed."""
    return bool(strategy.model_parameter) and not learning_is_installed()


def _loaded(point: EntryPoint) -> AnyStrategy:
    """Return an entry point's strategy; raise for what isn't a whole one."""
    strategy = point.load()
    if not isinstance(strategy, type) or not issubclass(strategy, Strategy):
        raise TypeError(f"{point.value} is no Strategy")
    missing = [name for name in ("name", "title", "description", "Parameters") if not getattr(strategy, name, "")]
    if missing:
        raise TypeError(f"{point.value} has no {', '.join(missing)}")
    version: object = strategy.version
    if not isinstance(version, str) or not 0 < len(version) <= _LONGEST_VERSION:
        raise TypeError(f"{point.value} has no version of 1 to {_LONGEST_VERSION} characters")
    parameter_schema(strategy)
    _check_model_parameter(strategy)
    return strategy


def _check_model_parameter(strategy: AnyStrategy) -> None:
    """Raise `TypeError` where a strategy asks a model by what names none."""
    parameter: object = strategy.model_parameter
    types = get_type_hints(strategy.Parameters)
    if parameter != "" and (not isinstance(parameter, str) or types.get(parameter) is not ModelKind):
        raise TypeError(f"its model_parameter {parameter!r} is no parameter of type {ModelKind.__name__}")

"""Which strategies there are: the shipped ones, and those that other installed packages bring.

A package brings one by an entry point of the group `tidewire.strategies` that leads to its class (docs/strategies.md).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

import structlog

from trading.engine.strategies.errors import StrategyParametersError
from trading.engine.strategies.parameters import parameter_schema
from trading.engine.strategies.shipped import SHIPPED
from trading.engine.strategies.strategy import Strategy

GROUP = "tidewire.strategies"

AnyStrategy = type[Strategy[Any]]
logger = structlog.get_logger(__name__)


@cache
def installed_strategies() -> Mapping[str, AnyStrategy]:
    """Return all strategies by name, the shipped ones first; read once in a process."""
    return strategies_with(entry_points(group=GROUP))


def strategies_with(points: Iterable[EntryPoint]) -> Mapping[str, AnyStrategy]:
    """Return the shipped strategies and those of `points`, by name.

    One that can't be loaded, or whose name is taken, is left out and told in the log by its entry point's name.
    """
    found: dict[str, AnyStrategy] = {strategy.name: strategy for strategy in SHIPPED}
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        try:
            strategy = _loaded(point)
            if strategy.name in found:
                raise ValueError(f"there is a strategy {strategy.name} already")  # noqa: TRY301 - told as other faults
        except Exception as fault:  # noqa: BLE001 - whatever foreign code raises must not stop the others
            logger.warning("a strategy is left out", entry_point=point.name, value=point.value, fault=repr(fault))
        else:
            found[strategy.name] = strategy
    return MappingProxyType(found)


def strategy_of(name: str, strategies: Mapping[str, AnyStrategy] | None = None) -> AnyStrategy:
    """Return the strategy of that name; raise `StrategyParametersError` where there is none."""
    known = installed_strategies() if strategies is None else strategies
    strategy = known.get(name)
    if strategy is None:
        raise StrategyParametersError({"strategy": f"strategy must be one of {' '.join(known)}"})
    return strategy


def _loaded(point: EntryPoint) -> AnyStrategy:
    """Return an entry point's strategy; raise for what isn't a whole one."""
    strategy = point.load()
    if not isinstance(strategy, type) or not issubclass(strategy, Strategy):
        raise TypeError(f"{point.value} is no Strategy")
    missing = [name for name in ("name", "title", "description", "Parameters") if not getattr(strategy, name, "")]
    if missing:
        raise TypeError(f"{point.value} has no {', '.join(missing)}")
    parameter_schema(strategy)
    return strategy

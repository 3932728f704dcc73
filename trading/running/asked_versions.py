"""The versions of models that a backtest's strategy may ask, read before its process begins."""

from collections.abc import Mapping, Sequence

from streaming.events import Interval
from streaming.market.own_source import own_source
from trading.engine.strategies.errors import StrategyParametersError
from trading.learning.kinds import ModelKind
from trading.models import Backtest, BacktestKind
from trading.price_models.checks import model_asked, model_parameter_of
from trading.price_models.selectors import ModelName, VersionSpan, spans_known_by, versions_known_by

_MOST_VERSIONS = 400
"""So many versions of a model may be asked in one backtest: more than a year of nights."""


def versions_asked(backtest: Backtest) -> Mapping[str, Sequence[bytes]]:
    """Return by its kind the versions of then of the model that is asked; of a sweep, of each that a run of it asks."""
    return {
        name.algorithm.value: versions
        for name in _asked(backtest)
        if (versions := versions_known_by(name, start=backtest.start, end=backtest.end, most=_MOST_VERSIONS))
    }


def spans_asked(backtest: Backtest) -> Sequence[VersionSpan]:
    """Return of the same versions from when to when they are of use."""
    return [
        span
        for name in _asked(backtest)
        for span in spans_known_by(name, start=backtest.start, end=backtest.end, most=_MOST_VERSIONS)
    ]


def _asked(backtest: Backtest) -> Sequence[ModelName]:
    return _asked_by_sweep(backtest) if backtest.kind == BacktestKind.SWEEP else _asked_by_run(backtest)


def _asked_by_run(backtest: Backtest) -> Sequence[ModelName]:
    interval = Interval(backtest.interval)
    try:
        name = model_asked(backtest.strategy, backtest.parameters, symbol=backtest.symbol, interval=interval)
    except StrategyParametersError:
        return []  # it can't be run, and its process says so
    return [] if name is None else [name]


def _asked_by_sweep(backtest: Backtest) -> Sequence[ModelName]:
    """Return the models of all values that the sweep tries, or of the one that all its runs have."""
    interval, parameter = Interval(backtest.interval), model_parameter_of(backtest.strategy)
    if not parameter:
        return []
    tried: Mapping[str, Sequence[str]] = (backtest.sweep or {}).get("parameters", {})
    if parameter not in tried:
        return _asked_by_run(backtest)
    kinds = [kind for kind in ModelKind if kind.value in tried[parameter]]  # others can't be run, and that is told
    return [ModelName(backtest.symbol, interval, kind, own_source()) for kind in kinds]

"""Whether a strategy that asks a model can have one: live the version in use, in a backtest those of then."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.db.models import QuerySet

from streaming.events import Interval
from streaming.market.own_source import own_source
from streaming.program import management_command
from streaming.times import iso_time, milliseconds
from trading.backtests.strategies import parameters_read, strategy_named
from trading.engine.strategies.errors import StrategyParametersError
from trading.learning.definitions import feature_set_of
from trading.learning.errors import FeatureMismatchError
from trading.learning.kinds import ModelKind
from trading.models import ModelVersion, Strategy
from trading.price_models.selectors import ModelName
from trading.price_models.states import CURRENT

logger = structlog.get_logger(__name__)


def model_parameter_of(strategy: str) -> str:
    """Return by which parameter a strategy names the model that it asks; empty where it asks none."""
    found = strategy_named(strategy)
    return "" if found is None else found.model_parameter


def model_asked(strategy: str, parameters: Mapping[str, Any], *, symbol: str, interval: Interval) -> ModelName | None:
    """Return which model of the market that there is now a strategy asks by its parameters; None where it asks none."""
    parameter = model_parameter_of(strategy)
    if not parameter:
        return None
    return ModelName(symbol, interval, ModelKind(parameters_read(strategy, parameters)[parameter]), own_source())


def model_asked_by(strategy: Strategy) -> ModelName | None:
    """Return which model a live strategy asks; None where it asks none, or can't be run by its parameters."""
    try:
        return model_asked(
            strategy.strategy, strategy.parameters, symbol=strategy.symbol, interval=Interval(strategy.interval)
        )
    except StrategyParametersError:
        return None
    except Exception:
        logger.exception("it can't be told which model a strategy asks", strategy=strategy.pk, name=strategy.strategy)
        return None  # its package was changed, or its own code fails: whoever drives it says so


def live_fault(name: ModelName) -> str:
    """Return why a model can't be asked from now on: it was never trained, or by other features; empty where it can."""
    version = _versions(name).filter(state__in=CURRENT).only("features_hash").first()
    if version is None:
        return _never_trained(name)
    return _feature_fault(version.features_hash)


def _never_trained(name: ModelName) -> str:
    command = management_command(f"train_model {name.symbol}")
    return f"no model {_words(name)} was trained yet; staff trains one: {command}"


def backtest_fault(name: ModelName, *, start: int) -> str:
    """Return why a model can't be asked in a backtest from `start` (ms) on; empty where it can.

    A version that learnt from what is tested would tell the future.
    """
    versions = _versions(name).only("features_hash", "trained_at", "trained_to")
    known = [one for one in versions if max(milliseconds(one.trained_at), milliseconds(one.trained_to)) <= start]
    if known:
        return _feature_fault(known[0].features_hash)
    oldest = versions.order_by("trained_at").first()
    if oldest is None:
        return _never_trained(name)
    learnt = f"the oldest version learnt from candles up to {iso_time(milliseconds(oldest.trained_to))}"
    return (
        f"no model {_words(name)} was trained before the backtest's start, and one that was trained on what is tested "
        f"would tell the future; {learnt}: begin later than {iso_time(milliseconds(oldest.trained_at))}"
    )


def first_fault(faults: Iterable[str]) -> str:
    """Return the first that is one; empty where none is."""
    return next(filter(None, faults), "")


def _feature_fault(features_hash: str) -> str:
    try:
        feature_set_of(features_hash)
    except FeatureMismatchError as error:
        return str(error)
    return ""


def _versions(name: ModelName) -> QuerySet[ModelVersion]:
    return ModelVersion.objects.filter(**name.columns).order_by("-number")


def _words(name: ModelName) -> str:
    return f"{name.algorithm.value} of {name.symbol} {name.interval.value}"

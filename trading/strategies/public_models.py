"""A model's signals for anyone. A model is asked by strategies and speaks through them: staff makes public one of their
own that asks it, started for that where there is none.

It goes on for its owner once its signals are public no more, and from version to version until then.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from streaming.commands.errors import PermissionDeniedError
from streaming.commands.use_cases import Caller, HubOfProcess, UseCase
from streaming.database.fair_queries import in_turn
from trading.audit.services import Actor
from trading.engine.grid.state import PauseReason
from trading.engine.live.strategies.state import StrategyState
from trading.engine.strategies.shipped.learned_direction import LearnedDirection
from trading.live.actors import actor_of
from trading.live.markets import TradedMarket, traded_market
from trading.models import ModelVersion, Strategy
from trading.price_models.access import MAY_CHANGE as MAY_CHANGE_MODELS
from trading.price_models.checks import model_asked_by
from trading.price_models.errors import ModelConflictError
from trading.price_models.parameters import ModelId
from trading.price_models.selectors import ModelName, is_in_use, name_of, version_of
from trading.price_models.services import model_version_locked
from trading.strategies.access import MAY_CHANGE, MAY_START
from trading.strategies.parameters import DEFAULT_INVESTMENT, StrategyTerms
from trading.strategies.services import strategies_locked, strategy_mark_public, strategy_start

_SYMBOL = "symbol"
_NEEDED = (MAY_CHANGE_MODELS, MAY_START, MAY_CHANGE)
"""The permissions that it takes: to change versions, to start a strategy and to make one public."""
_GOING_ON = (
    StrategyState.CREATED.value,
    StrategyState.WARMING_UP.value,
    StrategyState.RUNNING.value,
    StrategyState.PAUSED.value,
)


def public_strategies(version: ModelVersion) -> list[Strategy]:
    """Return the live strategies by which anyone is told what a version says, the newest first."""
    if not is_in_use(version):
        return []
    return [strategy for strategy in _strategies_on(name_of(version)) if strategy.is_public]


@transaction.atomic
def model_make_public(
    *, actor: Actor, owner_id: int, version: ModelVersion, market: TradedMarket, now: datetime
) -> Strategy:
    """Let anyone be told the signals of a strategy of the owner's that speaks for the model, be it started for that.

    Of two that ask for it at a time one is first: the model's versions are locked. Raise `ModelConflictError` for a
    version that isn't in use, and where the model's signals are public already, and as `strategy_start` does, such as
    where the owner's own is paused by hand.
    """
    row = _locked_in_use(version)
    name = name_of(row)
    on_it = _strategies_on(name)
    if public := next((strategy for strategy in on_it if strategy.is_public), None):
        raise ModelConflictError(f"The model's signals are public already, by {public.pk}")
    strategy = next((one for one in on_it if one.account.owner_id == owner_id and _speaks_for_model(one)), None)
    if strategy is None:
        strategy = strategy_start(actor=actor, owner_id=owner_id, given=_terms(name), market=market, now=now)
    return strategy_mark_public(actor=actor, strategy=strategy, is_public=True, now=now)


@transaction.atomic
def model_end_public(*, actor: Actor, version: ModelVersion, now: datetime) -> list[Strategy]:
    """Let nobody but their owners be told the signals of the strategies that ask the model.

    Raise `ModelConflictError` where none of them is public, or the version isn't in use.
    """
    public = public_strategies(_locked_in_use(version))
    if not public:
        raise ModelConflictError(f"No signals of {version} are public")
    strategies_locked([one.pk for one in public])  # all of them before the first is audited, for whom others wait then
    return [strategy_mark_public(actor=actor, strategy=one, is_public=False, now=now) for one in public]


def may_publish(may: Callable[[str], bool]) -> bool:
    """Return whether a member of staff of these permissions may make a model public, and end that."""
    return all(may(permission.name) for permission in _NEEDED)


async def _market(caller: Caller, hub: HubOfProcess, given: ModelId) -> TradedMarket:
    version = await in_turn(_version_to_publish)(caller, given.id)
    return await traded_market(hub, _SYMBOL, version.symbol)


def _publish(caller: Caller, given: ModelId, market: TradedMarket) -> Strategy:
    """Make a model public."""
    return model_make_public(
        actor=actor_of(caller),
        owner_id=caller.user_id,
        version=version_of(given.id),
        market=market,
        now=caller.now,
    )


def _end(caller: Caller, given: ModelId) -> list[Strategy]:
    """End that a model is public."""
    _check_may_publish(caller)
    return model_end_public(actor=actor_of(caller), version=version_of(given.id), now=caller.now)


def _version_to_publish(caller: Caller, version_id: str) -> ModelVersion:
    _check_may_publish(caller)
    return version_of(version_id)


def _check_may_publish(caller: Caller) -> None:
    if not (caller.is_staff and may_publish(caller.may)):
        raise PermissionDeniedError


def _locked_in_use(version: ModelVersion) -> ModelVersion:
    row = model_version_locked(version)
    if not is_in_use(row):
        raise ModelConflictError(f"{row} isn't in use here")
    return row


def _strategies_on(name: ModelName) -> list[Strategy]:
    found = Strategy.objects.filter(symbol=name.symbol, interval=name.interval.value, state__in=_GOING_ON)
    return [strategy for strategy in found.select_related("account") if model_asked_by(strategy) == name]


def _speaks_for_model(strategy: Strategy) -> bool:
    """Return whether its signals are what its model says, as another's needn't be; one paused by hand gives none."""
    is_paused_by_hand = strategy.state == StrategyState.PAUSED.value and strategy.reason == PauseReason.USER.value
    return strategy.strategy == LearnedDirection.name and not is_paused_by_hand


def _terms(name: ModelName) -> StrategyTerms:
    return StrategyTerms(
        strategy=LearnedDirection.name,
        symbol_name=name.symbol,
        interval=name.interval,
        strategy_parameters={LearnedDirection.model_parameter: name.algorithm.value},
        investment=DEFAULT_INVESTMENT,
    )


PUBLISH_MODEL = UseCase(parameters=ModelId, gather=_market, act=_publish, answer=None, changes=True)
END_PUBLIC_MODEL = UseCase(parameters=ModelId, act=_end, answer=None, changes=True)

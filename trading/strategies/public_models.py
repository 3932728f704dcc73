"""A model's signals for anyone. A model is asked by strategies and speaks through them: staff makes public one of their
own that asks it, started for that where there is none.

It goes on for its owner once its signals are public no more, and from version to version until then.
"""

from django.db import transaction

from streaming.commands.use_cases import Caller, HubOfProcess, UseCase
from streaming.database.turns import in_turn
from trading.engine.live.strategies.state import StrategyState
from trading.engine.strategies.shipped.learned_direction import LearnedDirection
from trading.live.actors import actor_of
from trading.live.markets import TradedMarket, traded_market
from trading.models import ModelVersion, Strategy
from trading.price_models.checks import model_asked_by
from trading.price_models.errors import ModelConflictError
from trading.price_models.parameters import ModelId
from trading.price_models.selectors import ModelName, is_in_use, name_of, version_of
from trading.strategies.parameters import DEFAULT_INVESTMENT, StrategyTerms
from trading.strategies.services import strategy_mark_public, strategy_start

_SYMBOL = "symbol"
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


async def _market(_: Caller, hub: HubOfProcess, given: ModelId) -> TradedMarket:
    version = await in_turn(version_of)(given.id)
    return await traded_market(hub, _SYMBOL, version.symbol)


@transaction.atomic
def _publish(caller: Caller, given: ModelId, market: TradedMarket) -> Strategy:
    """Let anyone be told the signals of a strategy of the caller's that asks the model; start one where there is none.

    Raise `ModelConflictError` for a version that isn't in use, and where the model's signals are public already.
    """
    version = version_of(given.id)
    if not is_in_use(version):
        raise ModelConflictError(f"{version} isn't in use here")
    name, actor, now = name_of(version), actor_of(caller), caller.now
    on_it = _strategies_on(name)
    if public := next((strategy for strategy in on_it if strategy.is_public), None):
        raise ModelConflictError(f"The model's signals are public already, by {public.pk}")
    strategy = next((one for one in on_it if one.account.owner_id == caller.user_id), None)
    if strategy is None:
        terms = _terms(name)
        strategy = strategy_start(actor=actor, owner_id=caller.user_id, given=terms, market=market, now=now)
    return strategy_mark_public(actor=actor, strategy=strategy, is_public=True, now=now)


@transaction.atomic
def _end(caller: Caller, given: ModelId) -> list[Strategy]:
    """Let nobody but their owners be told the signals of the strategies that ask the model.

    Raise `ModelConflictError` where none of them is public.
    """
    version = version_of(given.id)
    public = public_strategies(version)
    if not public:
        raise ModelConflictError(f"No signals of {version} are public")
    actor, now = actor_of(caller), caller.now
    return [strategy_mark_public(actor=actor, strategy=one, is_public=False, now=now) for one in public]


def _strategies_on(name: ModelName) -> list[Strategy]:
    found = Strategy.objects.filter(symbol=name.symbol, interval=name.interval.value, state__in=_GOING_ON)
    return [strategy for strategy in found.select_related("account") if model_asked_by(strategy) == name]


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

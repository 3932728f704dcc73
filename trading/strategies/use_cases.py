"""Starting, pausing, stopping and finding live strategies, for commands and REST."""

from typing import NamedTuple

from streaming.commands.use_cases import Caller, HubOfProcess, UseCase
from streaming.database.fair_queries import in_turn
from streaming.identity.scopes import Scope
from trading.backtests.access import MAY_RUN
from trading.backtests.answers import StartedAnswer, started_answer
from trading.live.actors import actor_of
from trading.live.markets import TradedMarket, traded_market
from trading.live.shown_prices import Prices, prices_of
from trading.models import ENDED_STRATEGIES, Strategy
from trading.strategies import services
from trading.strategies.access import MAY_CHANGE, MAY_START, MAY_VIEW, reached
from trading.strategies.answers import (
    LiveStrategiesAnswer,
    LiveStrategyAnswer,
    StrategyStateAnswer,
    StrategyStoppedAnswer,
    state_answer,
    strategy_answer,
)
from trading.strategies.copied_backtest import strategy_terms
from trading.strategies.parameters import NewStrategy, StrategyId, StrategyQuery, StrategyStop, StrategyTerms
from trading.strategies.run_hours import strategy_backtest
from trading.strategies.selectors import (
    newest_signals,
    strategies_page,
    strategy_loaded,
)

SIGNALS_TOLD = 100
"""So many of a strategy's last signals are told of it."""
_THROTTLE = "THROTTLE_STRATEGIES"
_SYMBOL = "symbol"


class StartingTerms(NamedTuple):
    """All that a strategy is to be started with, and the market that it is to trade."""

    terms: StrategyTerms
    market: TradedMarket


async def _starting_terms(caller: Caller, hub: HubOfProcess, given: NewStrategy) -> StartingTerms:
    terms = await in_turn(strategy_terms)(owner_id=caller.user_id, given=given)
    return StartingTerms(terms, await traded_market(hub, _SYMBOL, terms.symbol_name))


async def _market_of_strategy(caller: Caller, hub: HubOfProcess, given: StrategyId) -> TradedMarket:
    strategy = await in_turn(reached)(caller, given.id, MAY_CHANGE)
    return await traded_market(hub, _SYMBOL, strategy.symbol)


def _symbols(caller: Caller, given: StrategyQuery | StrategyId) -> frozenset[str]:
    if isinstance(given, StrategyId):
        return frozenset({reached(caller, given.id, MAY_VIEW).symbol})
    active = Strategy.objects.filter(account__owner_id=caller.user_id).exclude(state__in=ENDED_STRATEGIES)
    return frozenset(active.values_list("symbol", flat=True))


_prices = prices_of(_symbols)


def _start(caller: Caller, _: NewStrategy, starting: StartingTerms) -> StrategyStateAnswer:
    """Start a strategy with money of an account; it trades once it has warmed up on the past."""
    strategy = services.strategy_start(
        actor=actor_of(caller), owner_id=caller.user_id, given=starting.terms, market=starting.market, now=caller.now
    )
    return state_answer(strategy)


def _stop(caller: Caller, given: StrategyStop) -> StrategyStoppedAnswer:
    """Stop a strategy; what it has goes back to its account."""
    strategy = reached(caller, given.id, MAY_CHANGE)
    cancelled = services.strategy_stop(actor=actor_of(caller), strategy=strategy, given=given, now=caller.now)
    strategy.refresh_from_db()
    state = state_answer(strategy)
    return StrategyStoppedAnswer(strategy_id=state.strategy_id, status=state.status, orders_cancelled=cancelled)


def _pause(caller: Caller, given: StrategyId) -> StrategyStateAnswer:
    """Pause a strategy: its orders are cancelled, what it holds stays."""
    strategy = reached(caller, given.id, MAY_CHANGE)
    return state_answer(services.strategy_pause(actor=actor_of(caller), strategy=strategy, now=caller.now))


def _resume(caller: Caller, given: StrategyId, market: TradedMarket) -> StrategyStateAnswer:
    """Let a paused strategy go on."""
    strategy = reached(caller, given.id, MAY_CHANGE)
    return state_answer(
        services.strategy_resume(actor=actor_of(caller), strategy=strategy, market=market, now=caller.now)
    )


def _backtest(caller: Caller, given: StrategyId) -> StartedAnswer:
    """Run a backtest of what a strategy does, over the hours in which it has run so far."""
    strategy = reached(caller, given.id, MAY_VIEW)
    return started_answer(strategy_backtest(owner_id=caller.user_id, strategy=strategy, now=caller.now))


def _list(caller: Caller, query: StrategyQuery, prices: Prices) -> LiveStrategiesAnswer:
    """List one's strategies, the newest first."""
    page = strategies_page(owner_id=caller.user_id, query=query)
    items = [
        strategy_answer(one, prices.get(one.strategy_row.symbol if one.strategy_row else ""), caller.write_time)
        for one in page.items
    ]
    return LiveStrategiesAnswer(items=items, total=page.total)


def _get(caller: Caller, given: StrategyId, prices: Prices) -> LiveStrategyAnswer:
    """Return a strategy as it stands, with its last signals."""
    strategy = reached(caller, given.id, MAY_VIEW)
    return strategy_answer(
        strategy_loaded(strategy),
        prices.get(strategy.symbol),
        caller.write_time,
        signals=newest_signals(strategy, most=SIGNALS_TOLD),
        with_traceback=caller.is_staff,
    )


START_STRATEGY = UseCase(
    parameters=NewStrategy,
    act=_start,
    gather=_starting_terms,
    answer=StrategyStateAnswer,
    access=MAY_START,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
    status=201,
)
STOP_STRATEGY = UseCase(
    parameters=StrategyStop,
    act=_stop,
    answer=StrategyStoppedAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
PAUSE_STRATEGY = UseCase(
    parameters=StrategyId,
    act=_pause,
    answer=StrategyStateAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
RESUME_STRATEGY = UseCase(
    parameters=StrategyId,
    act=_resume,
    gather=_market_of_strategy,
    answer=StrategyStateAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
BACKTEST_STRATEGY = UseCase(
    parameters=StrategyId,
    act=_backtest,
    answer=StartedAnswer,
    access=MAY_RUN,
    others=MAY_VIEW,
    changes=True,
    throttle="THROTTLE_BACKTESTS",
    scope=Scope.TRADE,
    status=201,
)
LIST_STRATEGIES = UseCase(parameters=StrategyQuery, act=_list, gather=_prices, answer=LiveStrategiesAnswer)
GET_STRATEGY = UseCase(parameters=StrategyId, act=_get, gather=_prices, answer=LiveStrategyAnswer, others=MAY_VIEW)

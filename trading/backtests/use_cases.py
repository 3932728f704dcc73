"""Running, finding, ending and comparing backtests, for commands and REST."""

from streaming.commands.use_cases import Caller, UseCase
from streaming.identity.scopes import Scope
from streaming.market.errors import MarketUnavailableError
from streaming.market.selectors import symbol_fault
from trading.backtests import services
from trading.backtests.access import MAY_CHANGE, MAY_DELETE, MAY_RUN, MAY_VIEW, reached
from trading.backtests.answers import (
    BacktestAnswer,
    BacktestsAnswer,
    DataAnswer,
    StartedAnswer,
    SweepStartedAnswer,
    backtest_answer,
    backtests_answer,
    data_answer,
    started_answer,
    sweep_started_answer,
)
from trading.backtests.parameters import BacktestId, BacktestQuery, DataQuery, NewBacktest, NewSweep
from trading.backtests.selectors import backtests_page, stored_data

_THROTTLE = "THROTTLE_BACKTESTS"


def _run(caller: Caller, given: NewBacktest) -> StartedAnswer:
    """Run a strategy, or a grid, over candles of the past."""
    return started_answer(services.backtest_create(owner_id=caller.user_id, given=given, now=caller.now))


def _sweep(caller: Caller, given: NewSweep) -> SweepStartedAnswer:
    """Run a strategy with each combination of values of its parameters."""
    return sweep_started_answer(services.sweep_create(owner_id=caller.user_id, given=given, now=caller.now))


def _list(caller: Caller, query: BacktestQuery) -> BacktestsAnswer:
    """List one's backtests, the newest first."""
    return backtests_answer(backtests_page(owner_id=caller.user_id, query=query), caller.write_time)


def _get(caller: Caller, given: BacktestId) -> BacktestAnswer:
    """Return a backtest and how far it is."""
    return backtest_answer(reached(caller, given.id, MAY_VIEW), caller.write_time)


def _cancel(caller: Caller, given: BacktestId) -> StartedAnswer:
    """End a backtest that runs or waits; what it has by then stays."""
    backtest = reached(caller, given.id, MAY_CHANGE)
    return started_answer(services.backtest_cancel(backtest=backtest, now=caller.now))


def _delete(caller: Caller, given: BacktestId) -> BacktestAnswer:
    """Delete a backtest and its result; return how it was."""
    backtest = reached(caller, given.id, MAY_DELETE)
    answer = backtest_answer(backtest, caller.write_time)
    services.backtest_delete(backtest=backtest)
    return answer


def _data(caller: Caller, query: DataQuery) -> DataAnswer:
    """Tell which candles of a symbol are stored."""
    symbol = query.symbol_name
    stored = stored_data(symbol=symbol, interval=query.interval)
    return data_answer(symbol, query.interval.value, stored, listed=_is_listed(symbol), write_time=caller.write_time)


def _is_listed(symbol: str) -> bool:
    try:
        return symbol_fault(symbol) is None
    except MarketUnavailableError:
        return False


RUN_BACKTEST = UseCase(
    parameters=NewBacktest,
    act=_run,
    answer=StartedAnswer,
    access=MAY_RUN,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
    status=201,
)
RUN_SWEEP = UseCase(
    parameters=NewSweep,
    act=_sweep,
    answer=SweepStartedAnswer,
    access=MAY_RUN,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
    status=201,
)
LIST_BACKTESTS = UseCase(parameters=BacktestQuery, act=_list, answer=BacktestsAnswer)
GET_BACKTEST = UseCase(parameters=BacktestId, act=_get, answer=BacktestAnswer, others=MAY_VIEW)
CANCEL_BACKTEST = UseCase(
    parameters=BacktestId,
    act=_cancel,
    answer=StartedAnswer,
    others=MAY_CHANGE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
)
DELETE_BACKTEST = UseCase(
    parameters=BacktestId,
    act=_delete,
    answer=BacktestAnswer,
    others=MAY_DELETE,
    changes=True,
    throttle=_THROTTLE,
    scope=Scope.TRADE,
    status=204,
)
STORED_DATA = UseCase(parameters=DataQuery, act=_data, answer=DataAnswer, throttle="THROTTLE_BACKTEST_RESULTS")

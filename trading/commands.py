"""The use cases of this app that clients ask for by name."""

from collections.abc import Mapping

from streaming.commands.use_cases import UseCase, command_of
from trading.accounts import use_cases as accounts
from trading.backtests import use_cases as backtests
from trading.backtests.kinds import STRATEGY_KINDS
from trading.backtests.results import BACKTEST_RESULT, BACKTEST_TRADES, CHECK_BACKTEST, COMPARE_BACKTESTS
from trading.grids import use_cases as grids
from trading.kill_switch import use_cases as kill_switch
from trading.orders import use_cases as orders
from trading.strategies import use_cases as strategies
from trading.strategies.comparing import COMPARE_STRATEGY

COMMANDS: Mapping[str, UseCase] = {
    "strategy.kinds": STRATEGY_KINDS,
    "strategy.start": strategies.START_STRATEGY,
    "strategy.stop": strategies.STOP_STRATEGY,
    "strategy.pause": strategies.PAUSE_STRATEGY,
    "strategy.resume": strategies.RESUME_STRATEGY,
    "strategy.list": strategies.LIST_STRATEGIES,
    "strategy.get": strategies.GET_STRATEGY,
    "strategy.backtest": strategies.BACKTEST_STRATEGY,
    "strategy.compare": COMPARE_STRATEGY,
    "backtest.run": backtests.RUN_BACKTEST,
    "backtest.sweep": backtests.RUN_SWEEP,
    "backtest.cancel": backtests.CANCEL_BACKTEST,
    "backtest.list": backtests.LIST_BACKTESTS,
    "backtest.get": backtests.GET_BACKTEST,
    "backtest.result": BACKTEST_RESULT,
    "backtest.trades": BACKTEST_TRADES,
    "backtest.check": CHECK_BACKTEST,
    "backtest.compare": COMPARE_BACKTESTS,
    "backtest.delete": backtests.DELETE_BACKTEST,
    "backtest.data": backtests.STORED_DATA,
    "order.place": orders.PLACE_ORDER,
    "order.preview": orders.PREVIEW_ORDER,
    "order.cancel": orders.CANCEL_ORDER,
    "order.cancel_all": orders.CANCEL_ALL_ORDERS,
    "order.cancel_all_after": orders.CANCEL_ALL_ORDERS_AFTER,
    "order.list": orders.LIST_ORDERS,
    "order.get": orders.GET_ORDER,
    "grid.preview": grids.PREVIEW_GRID,
    "grid.start": grids.START_GRID,
    "grid.stop": grids.STOP_GRID,
    "grid.pause": grids.PAUSE_GRID,
    "grid.resume": grids.RESUME_GRID,
    "grid.update_params": grids.UPDATE_GRID,
    "grid.list": grids.LIST_GRIDS,
    "grid.get": grids.GET_GRID,
    "account.list": accounts.LIST_ACCOUNTS,
    "account.get": accounts.GET_ACCOUNT,
    "account.reset": accounts.RESET_ACCOUNT,
    "account.limits": accounts.ACCOUNT_LIMITS,
    "account.set_limits": accounts.SET_ACCOUNT_LIMITS,
    "system.kill_switch": kill_switch.THROW_KILL_SWITCH,
    "system.kill_switch_state": kill_switch.KILL_SWITCH_STATE,
}
COMMAND_KINDS = tuple(command_of(action, case) for action, case in COMMANDS.items())

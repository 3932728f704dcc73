"""The use cases of this app that clients ask for by name."""

from collections.abc import Mapping

from streaming.commands.use_cases import UseCase, command_of
from trading.backtests import use_cases as backtests
from trading.backtests.kinds import STRATEGY_KINDS
from trading.backtests.results import BACKTEST_RESULT, BACKTEST_TRADES, CHECK_BACKTEST, COMPARE_BACKTESTS

COMMANDS: Mapping[str, UseCase] = {
    "strategy.kinds": STRATEGY_KINDS,
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
}
COMMAND_KINDS = tuple(command_of(action, case) for action, case in COMMANDS.items())

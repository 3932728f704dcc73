"""The admin's pages of backtests, of live trading and of models."""

from trading.admin.accounts import TradingAccountAdmin
from trading.admin.audit import AuditEntryAdmin
from trading.admin.backtests import BacktestAdmin
from trading.admin.grids import GridAdmin
from trading.admin.kill_switch import KillSwitchAdmin
from trading.admin.learned_models import ModelTrainingAdmin, ModelVersionAdmin
from trading.admin.orders import FillAdmin, OrderAdmin
from trading.admin.outbox import RefusedEventAdmin
from trading.admin.strategies import StrategyAdmin

__all__ = [
    "AuditEntryAdmin",
    "BacktestAdmin",
    "FillAdmin",
    "GridAdmin",
    "KillSwitchAdmin",
    "ModelTrainingAdmin",
    "ModelVersionAdmin",
    "OrderAdmin",
    "RefusedEventAdmin",
    "StrategyAdmin",
    "TradingAccountAdmin",
]

"""What trading keeps: backtests; accounts with orders, grids, strategies; models; what holds orders back; the audit."""

from trading.models.accounts import (
    BY_HAND,
    OF_ACTIVE_INSTANCES,
    OF_HAND,
    SINCE_RESET,
    SUB_ACCOUNTS_IN_A_QUERY,
    Balance,
    EquityPeak,
    Lot,
    SubAccount,
    TradingAccount,
)
from trading.models.audit import AppendOnlyError, AuditEntry, AuditHead
from trading.models.backtests import UNFINISHED_BACKTESTS, Backtest, BacktestKind, BacktestResult, BacktestTrials
from trading.models.choices import ActorSource
from trading.models.grids import ENDED_GRIDS, OPEN_ORDERS, Grid, GridLevel
from trading.models.learned_models import BookImbalance, ModelTraining, ModelVersion
from trading.models.orders import Fill, Order
from trading.models.outbox import MarketPosition, OutboxEvent
from trading.models.recordings import RecordedPart, Recording
from trading.models.risk import KillSwitch, RiskLimits
from trading.models.strategies import ENDED_STRATEGIES, Strategy, StrategyDelivery, StrategySignal

__all__ = [
    "BY_HAND",
    "ENDED_GRIDS",
    "ENDED_STRATEGIES",
    "OF_ACTIVE_INSTANCES",
    "OF_HAND",
    "OPEN_ORDERS",
    "SINCE_RESET",
    "SUB_ACCOUNTS_IN_A_QUERY",
    "UNFINISHED_BACKTESTS",
    "ActorSource",
    "AppendOnlyError",
    "AuditEntry",
    "AuditHead",
    "Backtest",
    "BacktestKind",
    "BacktestResult",
    "BacktestTrials",
    "Balance",
    "BookImbalance",
    "EquityPeak",
    "Fill",
    "Grid",
    "GridLevel",
    "KillSwitch",
    "Lot",
    "MarketPosition",
    "ModelTraining",
    "ModelVersion",
    "Order",
    "OutboxEvent",
    "RecordedPart",
    "Recording",
    "RiskLimits",
    "Strategy",
    "StrategyDelivery",
    "StrategySignal",
    "SubAccount",
    "TradingAccount",
]

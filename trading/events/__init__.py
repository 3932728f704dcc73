"""What users are told of their trading: backtests, grids, strategies, orders, accounts, and the kill switch. Pure."""

from trading.events.accounts import Account, AccountMode, AccountRisk, AccountRiskEvent, Balance, Portfolio, Position
from trading.events.backtests import (
    BacktestLifecycle,
    BacktestLifecycleEvent,
    BacktestPhase,
    BacktestProgress,
    BacktestState,
)
from trading.events.grids import (
    GridLifecycle,
    GridOrder,
    GridProfit,
    GridRisk,
    GridRiskEvent,
    GridStatus,
    GridTrade,
)
from trading.events.instances import InstanceLifecycleEvent, InstanceOrderEvent
from trading.events.kill_switch import Affected, KillSwitch, KillSwitchEvent, KillSwitchScope
from trading.events.orders import Order, OrderStatus, order_reason
from trading.events.signals import NOTHING_JUDGED, CalibrationBand, ModelRecord, Signal, TrackRecord
from trading.events.strategies import (
    StrategyLifecycle,
    StrategyOrder,
    StrategyProfit,
    StrategyRisk,
    StrategyRiskEvent,
    StrategySignal,
    StrategyStatus,
    StrategyTrade,
)

__all__ = [
    "NOTHING_JUDGED",
    "Account",
    "AccountMode",
    "AccountRisk",
    "AccountRiskEvent",
    "Affected",
    "BacktestLifecycle",
    "BacktestLifecycleEvent",
    "BacktestPhase",
    "BacktestProgress",
    "BacktestState",
    "Balance",
    "CalibrationBand",
    "GridLifecycle",
    "GridOrder",
    "GridProfit",
    "GridRisk",
    "GridRiskEvent",
    "GridStatus",
    "GridTrade",
    "InstanceLifecycleEvent",
    "InstanceOrderEvent",
    "KillSwitch",
    "KillSwitchEvent",
    "KillSwitchScope",
    "ModelRecord",
    "Order",
    "OrderStatus",
    "Portfolio",
    "Position",
    "Signal",
    "StrategyLifecycle",
    "StrategyOrder",
    "StrategyProfit",
    "StrategyRisk",
    "StrategyRiskEvent",
    "StrategySignal",
    "StrategyStatus",
    "StrategyTrade",
    "TrackRecord",
    "order_reason",
]

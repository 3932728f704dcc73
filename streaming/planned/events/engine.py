"""Events of the trading engine: grids and strategies. Each belongs to the owner of its instance."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import Interval, NamedEvent, Side, Update
from streaming.planned.events.market import SignalAction


class InstanceState(StrEnum):
    """The life of a grid or a strategy."""

    CREATED = "created"
    WAITING_TRIGGER = "waiting_trigger"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ERROR = "error"


class GridStatus(NamedEvent, frozen=True, kw_only=True, tag="grid_status"):
    """A running grid as it is now; money in its quote asset."""

    is_held: ClassVar[bool] = True

    event: Update = Update.UPDATE
    id: str
    state: InstanceState
    current_price: Decimal
    position: Decimal
    active_buy_orders: int
    active_sell_orders: int
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    equity: Decimal
    fees: Decimal


class GridOrderEvent(StrEnum):
    """What happened to an order of a grid."""

    PLACED = "placed"
    FILLED = "filled"
    CANCELLED = "cancelled"


class GridOrder(NamedEvent, frozen=True, kw_only=True, tag="grid_order"):
    """An order of a grid; `position_after` is told after a fill only."""

    event: GridOrderEvent
    grid_id: str
    level: int
    side: Side
    price: Decimal
    amount: Decimal
    filled: Decimal
    client_order_id: str
    position_after: Decimal | msgspec.UnsetType = msgspec.UNSET


class GridTradeEvent(StrEnum):
    """What happened in a trade."""

    EXECUTED = "executed"


class GridTrade(NamedEvent, frozen=True, kw_only=True, tag="grid_trade"):
    """A fill of a grid's order."""

    event: GridTradeEvent = GridTradeEvent.EXECUTED
    grid_id: str
    level: int
    side: Side
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    order_id: str


class GridProfitEvent(StrEnum):
    """What happened to a grid's profit."""

    UPDATED = "updated"


class GridProfit(NamedEvent, frozen=True, kw_only=True, tag="grid_pnl"):
    """What a grid has earned, in its quote asset; `cycles` are pairs of a buy and a sell."""

    event: GridProfitEvent = GridProfitEvent.UPDATED
    grid_id: str
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    fees: Decimal
    cycles: int
    equity: Decimal


class GridRiskEvent(StrEnum):
    """What a risk check came to."""

    CHECK = "check"
    REJECTED = "rejected"
    KILL_SWITCH = "kill_switch"


class RiskLevel(StrEnum):
    """What may be traded: all, only what lessens a position, nothing."""

    ACTIVE = "active"
    REDUCE_ONLY = "reduce_only"
    HALTED = "halted"


class GridRisk(NamedEvent, frozen=True, kw_only=True, tag="grid_risk"):
    """A risk check of a grid; `code` is None where it passed."""

    event: GridRiskEvent
    grid_id: str
    check: str
    passed: bool
    code: str | None = None
    message: str = ""
    level: RiskLevel = RiskLevel.ACTIVE


class LifecycleEvent(StrEnum):
    """What happened to a grid or a strategy."""

    STARTED = "started"
    STOPPED = "stopped"
    ERROR = "error"


class GridLifecycle(NamedEvent, frozen=True, kw_only=True, tag="grid_lifecycle"):
    """A grid started or ended; `lines` is how many price lines it has."""

    event: LifecycleEvent
    grid_id: str
    state: InstanceState
    reason: str | None = None
    lines: int | None = None


class StrategyStatus(NamedEvent, frozen=True, kw_only=True, tag="strategy_status"):
    """A running strategy as it is now; `last_signal` is the action that it last advised."""

    is_held: ClassVar[bool] = True

    event: Update = Update.UPDATE
    id: str
    state: InstanceState
    symbol: str
    interval: Interval
    position: Decimal
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    last_signal: SignalAction | None = None


class StrategySignalEvent(StrEnum):
    """What happened to a signal."""

    GENERATED = "generated"


class StrategySignal(NamedEvent, frozen=True, kw_only=True, tag="strategy_signal"):
    """A strategy advises something; `confidence` is between 0 and 1."""

    event: StrategySignalEvent = StrategySignalEvent.GENERATED
    id: str
    strategy: str
    symbol: str
    action: SignalAction
    price: Decimal
    confidence: Decimal
    reason: str = ""


class StrategyLifecycle(NamedEvent, frozen=True, kw_only=True, tag="strategy_lifecycle"):
    """A strategy started or ended."""

    event: LifecycleEvent
    id: str
    state: InstanceState
    reason: str | None = None

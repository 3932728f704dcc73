"""The events of the trading engine: grids, backtests and strategies. Money in the instance's quote asset.

Made by `make format` from the server's declarations; `make check` fails where it is out of date.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from tidewire_client.events.base import DottedEvent
from tidewire_client.events.values import Action, Side


class BacktestPhase(StrEnum):
    """What a backtest does now: it fetches the candles that are missing, or runs over them."""

    CANDLES = "candles"
    RUN = "run"


class BacktestProgress(DottedEvent, frozen=True, kw_only=True):
    """How far a backtest is in its phase: `progress` from 0 to 1, `current_date` as `2024-06-15`."""

    kind: ClassVar[str] = "backtest.progress"

    id: str
    phase: BacktestPhase = BacktestPhase.RUN
    progress: Decimal
    current_date: str
    trades_count: int
    current_equity: Decimal


class BacktestState(StrEnum):
    """The life of a backtest."""

    CREATED = "created"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ERROR = "error"


class BacktestLifecycle(DottedEvent, frozen=True, kw_only=True):
    """A backtest started or ended; `metrics` are told when it is completed.

    `event` is `started`, `completed`, `cancelled` or `error`.
    """

    kind: ClassVar[str] = "backtest.lifecycle"

    id: str
    state: BacktestState
    reason: str | None = None
    metrics: Mapping[str, Any] | None = None


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


class GridStatus(DottedEvent, frozen=True, kw_only=True):
    """A running grid as it is now; money in its quote asset."""

    kind: ClassVar[str] = "grid.status"

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


class GridOrder(DottedEvent, frozen=True, kw_only=True):
    """An order of a grid; `position_after` is told after a fill only.

    `event` is `placed`, `filled` or `cancelled`.
    """

    kind: ClassVar[str] = "grid.order"

    grid_id: str
    level: int
    side: Side
    price: Decimal
    amount: Decimal
    filled: Decimal
    client_order_id: str
    position_after: Decimal | None = None


class GridTrade(DottedEvent, frozen=True, kw_only=True):
    """A fill of a grid's order."""

    kind: ClassVar[str] = "grid.trade"

    grid_id: str
    level: int
    side: Side
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    order_id: str


class GridProfit(DottedEvent, frozen=True, kw_only=True):
    """What a grid has earned, in its quote asset; `cycles` are pairs of a buy and a sell."""

    kind: ClassVar[str] = "grid.pnl"

    grid_id: str
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    fees: Decimal
    cycles: int
    equity: Decimal


class RiskLevel(StrEnum):
    """What may be traded: all, only what lessens a position, nothing."""

    ACTIVE = "active"
    REDUCE_ONLY = "reduce_only"
    HALTED = "halted"


class GridRisk(DottedEvent, frozen=True, kw_only=True):
    """A risk check of a grid; `code` is None where it passed.

    `event` is `check`, `rejected` or `kill_switch`.
    """

    kind: ClassVar[str] = "grid.risk"

    grid_id: str
    check: str
    passed: bool
    code: str | None = None
    message: str = ""
    level: RiskLevel = RiskLevel.ACTIVE


class GridLifecycle(DottedEvent, frozen=True, kw_only=True):
    """A grid started or ended; `lines` is how many price lines it has.

    `event` is `started`, `stopped` or `error`.
    """

    kind: ClassVar[str] = "grid.lifecycle"

    grid_id: str
    state: InstanceState
    reason: str | None = None
    lines: int | None = None


class StrategyStatus(DottedEvent, frozen=True, kw_only=True):
    """A running strategy as it is now; `last_signal` is the action that it last advised."""

    kind: ClassVar[str] = "strategy.status"

    id: str
    state: InstanceState
    symbol: str
    interval: str
    position: Decimal
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    last_signal: Action | None = None


class StrategySignal(DottedEvent, frozen=True, kw_only=True):
    """A strategy advises something; `confidence` is between 0 and 1."""

    kind: ClassVar[str] = "strategy.signal"

    id: str
    strategy: str
    symbol: str
    action: Action
    price: Decimal
    confidence: Decimal
    reason: str = ""


class StrategyLifecycle(DottedEvent, frozen=True, kw_only=True):
    """A strategy started or ended.

    `event` is `started`, `stopped` or `error`.
    """

    kind: ClassVar[str] = "strategy.lifecycle"

    id: str
    state: InstanceState
    reason: str | None = None


ENGINE_EVENTS = (
    BacktestProgress,
    BacktestLifecycle,
    GridStatus,
    GridOrder,
    GridTrade,
    GridProfit,
    GridRisk,
    GridLifecycle,
    StrategyStatus,
    StrategySignal,
    StrategyLifecycle,
)

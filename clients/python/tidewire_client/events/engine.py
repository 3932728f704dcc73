"""The events of the trading engine: grids, backtests and strategies. Money in the instance's quote asset.

Made by `make format` from the server's declarations; `make check` fails where it is out of date.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from tidewire_client.events.base import DottedEvent
from tidewire_client.events.values import Action, OrderType, Side, TradingLevel


class AccountRisk(DottedEvent, frozen=True, kw_only=True):
    """An order by hand of the account with the id `account` was refused, and why: it was never placed.

    `code` is of a limit, the kill switch (at the `level` that it holds), a filter of the exchange, or the funds.
    """

    kind: ClassVar[str] = "account.risk"

    account: str
    check: str
    passed: bool
    code: str
    message: str
    level: TradingLevel = TradingLevel.ACTIVE
    symbol: str
    side: Side
    type: OrderType
    client_order_id: str | None = None


class GridState(StrEnum):
    """Where a grid stands."""

    CREATED = "created"
    WAITING_TRIGGER = "waiting_trigger"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ERROR = "error"


class GridStatus(DottedEvent, frozen=True, kw_only=True):
    """A running grid as it is now; `reason` tells why one is paused."""

    kind: ClassVar[str] = "grid.status"

    id: str
    state: GridState
    reason: str | None = None
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

    One that opens or closes the position at the market has no `level`, and no `price` until it is filled.

    `event` is `placed`, `filled` or `cancelled`.
    """

    kind: ClassVar[str] = "grid.order"

    grid_id: str
    level: int | None
    side: Side
    price: Decimal | None
    amount: Decimal
    filled: Decimal
    client_order_id: str
    position_after: Decimal | None = None


class GridTrade(DottedEvent, frozen=True, kw_only=True):
    """A fill of a grid's order; of one that opens or closes the position there is no `level`."""

    kind: ClassVar[str] = "grid.trade"

    grid_id: str
    level: int | None
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
    level: TradingLevel = TradingLevel.ACTIVE


class GridLifecycle(DottedEvent, frozen=True, kw_only=True):
    """A grid started, paused or ended, and why (`reason`); `lines` is how many price lines it has.

    `event` is `started`, `paused`, `resumed`, `stopped` or `error`.
    """

    kind: ClassVar[str] = "grid.lifecycle"

    grid_id: str
    state: GridState
    reason: str | None = None
    lines: int | None = None


class StrategyState(StrEnum):
    """Where a strategy stands."""

    CREATED = "created"
    WARMING_UP = "warming_up"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ERROR = "error"


class StrategyStatus(DottedEvent, frozen=True, kw_only=True):
    """A strategy as it is now; `reason` tells why one is paused, `last_signal` is the action that it last advised."""

    kind: ClassVar[str] = "strategy.status"

    id: str
    state: StrategyState
    reason: str | None = None
    symbol: str
    interval: str
    position: Decimal
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    last_signal: Action | None = None


class StrategySignal(DottedEvent, frozen=True, kw_only=True):
    """A strategy advises something; `confidence` is between 0 and 1, `number` counts its signals from 1."""

    kind: ClassVar[str] = "strategy.signal"

    id: str
    strategy: str
    symbol: str
    action: Action
    price: Decimal
    confidence: Decimal
    reason: str = ""
    number: int = 0


class StrategyOrder(DottedEvent, frozen=True, kw_only=True):
    """An order of a strategy; `position_after` is told after a fill only. One at the market has no `price` before.

    `event` is `placed`, `filled` or `cancelled`.
    """

    kind: ClassVar[str] = "strategy.order"

    strategy_id: str
    side: Side
    price: Decimal | None
    amount: Decimal
    filled: Decimal
    client_order_id: str
    position_after: Decimal | None = None


class StrategyTrade(DottedEvent, frozen=True, kw_only=True):
    """A fill of a strategy's order."""

    kind: ClassVar[str] = "strategy.trade"

    strategy_id: str
    side: Side
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    order_id: str


class StrategyProfit(DottedEvent, frozen=True, kw_only=True):
    """What a strategy has earned."""

    kind: ClassVar[str] = "strategy.pnl"

    strategy_id: str
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    fees: Decimal
    equity: Decimal


class StrategyRisk(DottedEvent, frozen=True, kw_only=True):
    """An order of a strategy was refused by a limit, the kill switch or the exchange; or that switch was thrown.

    `level` is what the kill switch stands at, where it is what holds it back.

    `event` is `rejected` or `kill_switch`.
    """

    kind: ClassVar[str] = "strategy.risk"

    strategy_id: str
    check: str
    passed: bool
    code: str
    message: str
    level: TradingLevel = TradingLevel.ACTIVE


class StrategyLifecycle(DottedEvent, frozen=True, kw_only=True):
    """A strategy started, paused or ended, and why (`reason`).

    `event` is `started`, `paused`, `resumed`, `stopped` or `error`.
    """

    kind: ClassVar[str] = "strategy.lifecycle"

    id: str
    state: StrategyState
    reason: str | None = None


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


ENGINE_EVENTS = (
    AccountRisk,
    GridStatus,
    GridOrder,
    GridTrade,
    GridProfit,
    GridRisk,
    GridLifecycle,
    StrategyStatus,
    StrategySignal,
    StrategyOrder,
    StrategyTrade,
    StrategyProfit,
    StrategyRisk,
    StrategyLifecycle,
    BacktestProgress,
    BacktestLifecycle,
)

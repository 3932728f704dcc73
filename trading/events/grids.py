"""What users are told of their grids. Money in the quote asset of the grid's pair."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import NamedEvent, Side, Update
from trading.engine.grid.state import GridState
from trading.engine.risk.levels import TradingLevel
from trading.events.instances import (
    InstanceLifecycleEvent,
    InstanceOrderEvent,
    InstanceProfitEvent,
    InstanceTradeEvent,
)


class GridStatus(NamedEvent, frozen=True, kw_only=True, tag="grid_status"):
    """A running grid as it is now; `reason` tells why one is paused."""

    is_held: ClassVar[bool] = True

    event: Update = Update.UPDATE
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


class GridOrder(NamedEvent, frozen=True, kw_only=True, tag="grid_order"):
    """An order of a grid; `position_after` is told after a fill only.

    One that opens or closes the position at the market has no `level`, and no `price` until it is filled.
    """

    event: InstanceOrderEvent
    grid_id: str
    level: int | None
    side: Side
    price: Decimal | None
    amount: Decimal
    filled: Decimal
    client_order_id: str
    position_after: Decimal | msgspec.UnsetType = msgspec.UNSET


class GridTrade(NamedEvent, frozen=True, kw_only=True, tag="grid_trade"):
    """A fill of a grid's order; of one that opens or closes the position there is no `level`."""

    event: InstanceTradeEvent = InstanceTradeEvent.EXECUTED
    grid_id: str
    level: int | None
    side: Side
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    order_id: str


class GridProfit(NamedEvent, frozen=True, kw_only=True, tag="grid_pnl"):
    """What a grid has earned, in its quote asset; `cycles` are pairs of a buy and a sell."""

    event: InstanceProfitEvent = InstanceProfitEvent.UPDATED
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


class GridRisk(NamedEvent, frozen=True, kw_only=True, tag="grid_risk"):
    """A risk check of a grid; `code` is None where it passed."""

    event: GridRiskEvent
    grid_id: str
    check: str
    passed: bool
    code: str | None = None
    message: str = ""
    level: TradingLevel = TradingLevel.ACTIVE


class GridLifecycle(NamedEvent, frozen=True, kw_only=True, tag="grid_lifecycle"):
    """A grid started, paused or ended, and why (`reason`); `lines` is how many price lines it has."""

    event: InstanceLifecycleEvent
    grid_id: str
    state: GridState
    reason: str | None = None
    lines: int | None = None

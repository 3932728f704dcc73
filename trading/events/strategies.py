"""What users are told of their live strategies. Money in the quote asset of the strategy's symbol."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import Interval, NamedEvent, Side, SignalEvent, Update
from trading.engine.live.strategies.state import StrategyState
from trading.engine.risk.levels import TradingLevel
from trading.engine.strategies.signals import SignalAction
from trading.events.instances import (
    InstanceLifecycleEvent,
    InstanceOrderEvent,
    InstanceProfitEvent,
    InstanceTradeEvent,
)
from trading.ids import signal_id


class StrategyStatus(NamedEvent, frozen=True, kw_only=True, tag="strategy_status"):
    """A strategy as it is now; `reason` tells why one is paused, `last_signal` is the action that it last advised."""

    is_held: ClassVar[bool] = True

    event: Update = Update.UPDATE
    id: str
    state: StrategyState
    reason: str | None = None
    symbol: str
    interval: Interval
    position: Decimal
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    last_signal: SignalAction | None = None


class StrategySignalEvent(StrEnum):
    """What happened to a signal."""

    GENERATED = "generated"


class StrategySignal(NamedEvent, SignalEvent, frozen=True, kw_only=True, tag="strategy_signal"):
    """A strategy advises something; `confidence` is between 0 and 1, `number` counts its signals from 1."""

    event: StrategySignalEvent = StrategySignalEvent.GENERATED
    id: str
    strategy: str
    symbol: str
    action: SignalAction
    price: Decimal
    confidence: Decimal
    reason: str = ""
    number: int = 0

    @property
    def signal_id(self) -> str:
        """The signal's id among those of all strategies."""
        return signal_id(self.id, self.number)

    @property
    def given_by(self) -> str:
        """The strategy's name in the registry."""
        return self.strategy

    @property
    def why(self) -> str:
        """Its reason."""
        return self.reason


class StrategyOrder(NamedEvent, frozen=True, kw_only=True, tag="strategy_order"):
    """An order of a strategy; `position_after` is told after a fill only. One at the market has no `price` before."""

    event: InstanceOrderEvent
    strategy_id: str
    side: Side
    price: Decimal | None
    amount: Decimal
    filled: Decimal
    client_order_id: str
    position_after: Decimal | msgspec.UnsetType = msgspec.UNSET


class StrategyTrade(NamedEvent, frozen=True, kw_only=True, tag="strategy_trade"):
    """A fill of a strategy's order."""

    event: InstanceTradeEvent = InstanceTradeEvent.EXECUTED
    strategy_id: str
    side: Side
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    order_id: str


class StrategyProfit(NamedEvent, frozen=True, kw_only=True, tag="strategy_pnl"):
    """What a strategy has earned."""

    event: InstanceProfitEvent = InstanceProfitEvent.UPDATED
    strategy_id: str
    realized_pnl: Decimal
    unrealized_pnl: Decimal
    fees: Decimal
    equity: Decimal


class StrategyRiskEvent(StrEnum):
    """What a risk check came to."""

    REJECTED = "rejected"
    KILL_SWITCH = "kill_switch"


class StrategyRisk(NamedEvent, frozen=True, kw_only=True, tag="strategy_risk"):
    """An order of a strategy was refused by a limit, the kill switch or the exchange; or that switch was thrown.

    `level` is what the kill switch stands at, where it is what holds it back.
    """

    event: StrategyRiskEvent = StrategyRiskEvent.REJECTED
    strategy_id: str
    check: str
    passed: bool
    code: str
    message: str
    level: TradingLevel = TradingLevel.ACTIVE


class StrategyLifecycle(NamedEvent, frozen=True, kw_only=True, tag="strategy_lifecycle"):
    """A strategy started, paused or ended, and why (`reason`)."""

    event: InstanceLifecycleEvent
    id: str
    state: StrategyState
    reason: str | None = None

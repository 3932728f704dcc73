"""What can be subscribed of trading: whose it is, what is told on it, and what a new subscriber is told first."""

from decimal import Decimal

from streaming.topics.dotted_names import InstanceKind, SystemKind
from streaming.topics.kinds import symbol_kind, user_kind
from streaming.topics.topic import Snapshot
from trading.events import (
    Account,
    AccountRisk,
    BacktestLifecycle,
    BacktestProgress,
    GridLifecycle,
    GridOrder,
    GridProfit,
    GridRisk,
    GridStatus,
    GridTrade,
    KillSwitch,
    Order,
    Portfolio,
    Signal,
    StrategyLifecycle,
    StrategyOrder,
    StrategyProfit,
    StrategyRisk,
    StrategySignal,
    StrategyStatus,
    StrategyTrade,
)
from trading.owners import owners_of_account, owners_of_backtest, owners_of_grid, owners_of_strategy

_SNAPSHOTS = "trading.live.events.snapshots"


def _version_of_order(order: Order) -> tuple[str, tuple[Decimal, bool]]:
    """Return the order's id, and how far it has come: it never goes back."""
    return order.id, (order.filled, not order.status.is_open)


def _version_of_account(account: Account) -> tuple[str, int]:
    return account.account, 0


def _version_of_portfolio(_: Portfolio) -> tuple[str, int]:
    return "", 0


TOPICS = (
    symbol_kind("signal", "signals:", event=Signal),
    user_kind("portfolio", event=Portfolio, snapshot=Snapshot(f"{_SNAPSHOTS}.portfolio_now", _version_of_portfolio)),
    user_kind("orders", event=Order, snapshot=Snapshot(f"{_SNAPSHOTS}.open_orders", _version_of_order)),
    user_kind("account", event=Account, snapshot=Snapshot(f"{_SNAPSHOTS}.accounts_now", _version_of_account)),
    InstanceKind(category="account", events={"risk": AccountRisk}, owners=owners_of_account),
    InstanceKind(
        category="grid",
        events={
            "status": GridStatus,
            "order": GridOrder,
            "trade": GridTrade,
            "pnl": GridProfit,
            "risk": GridRisk,
            "lifecycle": GridLifecycle,
        },
        owners=owners_of_grid,
    ),
    InstanceKind(
        category="strategy",
        events={
            "status": StrategyStatus,
            "signal": StrategySignal,
            "order": StrategyOrder,
            "trade": StrategyTrade,
            "pnl": StrategyProfit,
            "risk": StrategyRisk,
            "lifecycle": StrategyLifecycle,
        },
        owners=owners_of_strategy,
    ),
    InstanceKind(
        category="backtest",
        events={"progress": BacktestProgress, "lifecycle": BacktestLifecycle},
        owners=owners_of_backtest,
    ),
    SystemKind(name="system.kill_switch", event=KillSwitch),
)

"""One event of each kind that is not of the market, and the data that a client must be shown of it.

`At` stands for a time, which each dialect writes in its own format.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from alerts.events import Alert, AlertOperator, AlertState, Notification, NotificationKind, Severity
from streaming import events
from streaming.events import Event, NamedEvent, UserEvent
from tests.gateway.dialects.samples import TIME
from trading import events as trading
from trading.engine.grid.state import GridState
from trading.engine.live.strategies.state import StrategyState
from trading.engine.orders.types import OrderType
from trading.engine.risk.levels import TradingLevel


@dataclass(frozen=True)
class At:
    """A time in ms since the epoch."""

    ms: int


@dataclass(frozen=True)
class Sample:
    """An event, the channel that carries it, and what a client is shown: `name` is its type, or what happened."""

    row: str
    make: Callable[[str], Event]
    channel: str
    name: str
    data: dict[str, Any]

    @property
    def is_dotted(self) -> bool:
        """True for the channels that name themselves."""
        return "." in self.channel


def named(event: Callable[..., NamedEvent], channel: str, happened: str, **fields: Any) -> Callable[[str], Event]:
    """Return a function from an owner to the event."""
    kind = event.__annotations__["event"]
    happened_to = kind(happened) if isinstance(kind, type) else happened
    return lambda owner: event(channel=channel, event=happened_to, owner=owner, time=TIME, **fields)


def of_user(event: Callable[..., UserEvent], **fields: Any) -> Callable[[str], Event]:
    """Return a function from an owner, who isn't in the event itself, to the event."""
    return lambda _: event(time=TIME, **fields)


_D = Decimal
_RUNNING = GridState.RUNNING
_GRID = {"grid_id": "grid_a"}
_MONEY = {"realized_pnl": _D("12.50"), "unrealized_pnl": _D("-0.00000001")}

DOTTED = [
    Sample(
        "TP-50",
        named(
            trading.GridStatus, "grid.grid_a.status", "update",
            id="grid_a", state=_RUNNING, reason=None, current_price=_D("95012.34"), position=_D("0.001"),
            active_buy_orders=5, active_sell_orders=4, equity=_D("1012.5"), fees=_D("0.1"), **_MONEY,
        ),
        "grid.grid_a.status", "update",
        {
            "id": "grid_a", "state": "running", "reason": None, "current_price": _D("95012.34"),
            "position": _D("0.001"), "active_buy_orders": 5, "active_sell_orders": 4,
            "equity": _D("1012.5"), "fees": _D("0.1"), **_MONEY,
        },
    ),
    *(
        Sample(
            "TP-51",
            named(
                trading.GridOrder, "grid.grid_a.order", happened,
                level=3, side=events.Side.BUY, price=_D("94000.00"), amount=_D("0.001"), filled=filled,
                client_order_id="g-a-3-1", **after, **_GRID,
            ),
            "grid.grid_a.order", happened,
            {
                "level": 3, "side": "buy", "price": _D("94000.00"), "amount": _D("0.001"), "filled": filled,
                "client_order_id": "g-a-3-1", **after, **_GRID,
            },
        )
        for happened, filled, after in (
            ("placed", _D(0), {}),
            ("filled", _D("0.001"), {"position_after": _D("0.002")}),
            ("cancelled", _D(0), {}),
        )
    ),
    Sample(
        "TP-52",
        named(
            trading.GridTrade, "grid.grid_a.trade", "executed",
            level=3, side=events.Side.SELL, price=_D("94000.10"), amount=_D("0.001"), fee=_D("0.0940001"),
            fee_asset="USDC", order_id="77", **_GRID,
        ),
        "grid.grid_a.trade", "executed",
        {
            "level": 3, "side": "sell", "price": _D("94000.10"), "amount": _D("0.001"), "fee": _D("0.0940001"),
            "fee_asset": "USDC", "order_id": "77", **_GRID,
        },
    ),
    Sample(
        "TP-53",
        named(
            trading.GridProfit, "grid.grid_a.pnl", "updated",
            fees=_D("0.2"), cycles=7, equity=_D(1000), **_MONEY, **_GRID,
        ),
        "grid.grid_a.pnl", "updated",
        {"fees": _D("0.2"), "cycles": 7, "equity": 1000, **_MONEY, **_GRID},
    ),
    *(
        Sample(
            "TP-54",
            named(
                trading.GridRisk, "grid.grid_a.risk", happened,
                check="order_size", passed=passed, code=code, message=message, level=level, **_GRID,
            ),
            "grid.grid_a.risk", happened,
            {"check": "order_size", "passed": passed, "code": code, "message": message, "level": level.value, **_GRID},
        )
        for happened, passed, code, message, level in (
            ("check", True, None, "", TradingLevel.ACTIVE),
            ("rejected", False, "ORDER_TOO_LARGE", "The order is too large", TradingLevel.REDUCE_ONLY),
            ("kill_switch", False, "KILL_SWITCH", "Halted", TradingLevel.HALTED),
        )
    ),
    *(
        Sample(
            "TP-55",
            named(
                trading.GridLifecycle, "grid.grid_a.lifecycle", happened,
                state=state, reason=reason, lines=10, **_GRID,
            ),
            "grid.grid_a.lifecycle", happened,
            {"state": state.value, "reason": reason, "lines": 10, **_GRID},
        )
        for happened, state, reason in (
            ("started", _RUNNING, None),
            ("paused", GridState.PAUSED, "exchange_down"),
            ("resumed", _RUNNING, None),
            ("stopped", GridState.STOPPED, "by its owner"),
            ("error", GridState.ERROR, "the exchange refused an order"),
        )
    ),
    Sample(
        "TP-56",
        named(
            trading.BacktestProgress, "backtest.run_1.progress", "update",
            id="run_1", phase=trading.BacktestPhase.RUN, progress=_D("0.25"), current_date="2024-06-15",
            trades_count=12, current_equity=_D("10100.5"),
        ),
        "backtest.run_1.progress", "update",
        {
            "id": "run_1", "phase": "run", "progress": _D("0.25"), "current_date": "2024-06-15", "trades_count": 12,
            "current_equity": _D("10100.5"),
        },
    ),
    *(
        Sample(
            "TP-57",
            named(
                trading.BacktestLifecycle, "backtest.run_1.lifecycle", happened,
                id="run_1", state=trading.BacktestState(state), reason=reason, **metrics,
            ),
            "backtest.run_1.lifecycle", happened,
            {"id": "run_1", "state": state, "reason": reason, **shown},
        )
        for happened, state, reason, metrics, shown in (
            ("started", "running", None, {}, {}),
            (
                "completed", "completed", None,
                {"metrics": '{"sharpe_ratio":1.25}'}, {"metrics": {"sharpe_ratio": _D("1.25")}},
            ),
            ("cancelled", "cancelled", "by its owner", {}, {}),
            ("error", "error", "no candles", {}, {}),
        )
    ),
    Sample(
        "TP-58",
        named(
            trading.StrategyStatus, "strategy.s_1.status", "update",
            id="s_1", state=StrategyState.RUNNING, reason=None, symbol="BTCUSDT", interval=events.Interval.MONTH_1,
            position=_D(0), last_signal=events.SignalAction.HOLD, **_MONEY,
        ),
        "strategy.s_1.status", "update",
        {
            "id": "s_1", "state": "running", "reason": None, "symbol": "BTCUSDT", "interval": "1M", "position": 0,
            "last_signal": "hold", **_MONEY,
        },
    ),
    Sample(
        "TP-59",
        named(
            trading.StrategySignal, "strategy.s_1.signal", "generated",
            id="s_1", strategy="trend", symbol="BTCUSDT", action=events.SignalAction.BUY, price=_D("95000.1"),
            confidence=_D("0.8"), reason="crossing", number=3,
        ),
        "strategy.s_1.signal", "generated",
        {
            "id": "s_1", "strategy": "trend", "symbol": "BTCUSDT", "action": "buy", "price": _D("95000.1"),
            "confidence": _D("0.8"), "reason": "crossing", "number": 3,
        },
    ),
    *(
        Sample(
            "TP-61",
            named(
                trading.StrategyOrder, "strategy.s_1.order", happened,
                strategy_id="s_1", side=events.Side.BUY, price=_D("95000.1"), amount=_D("0.1"), filled=_D(0),
                client_order_id="s_1-1", **more,
            ),
            "strategy.s_1.order", happened,
            {
                "strategy_id": "s_1", "side": "buy", "price": _D("95000.1"), "amount": _D("0.1"), "filled": 0,
                "client_order_id": "s_1-1", **more,
            },
        )
        for happened, more in (("placed", {}), ("filled", {"position_after": _D("0.1")}), ("cancelled", {}))
    ),
    Sample(
        "TP-62",
        named(
            trading.StrategyTrade, "strategy.s_1.trade", "executed",
            strategy_id="s_1", side=events.Side.SELL, price=_D("95000.1"), amount=_D("0.1"), fee=_D("9.5"),
            fee_asset="USDT", order_id="ord_1",
        ),
        "strategy.s_1.trade", "executed",
        {
            "strategy_id": "s_1", "side": "sell", "price": _D("95000.1"), "amount": _D("0.1"), "fee": _D("9.5"),
            "fee_asset": "USDT", "order_id": "ord_1",
        },
    ),
    Sample(
        "TP-63",
        named(
            trading.StrategyProfit, "strategy.s_1.pnl", "updated", strategy_id="s_1", fees=_D("0.5"),
            equity=_D("1000.5"), **_MONEY,
        ),
        "strategy.s_1.pnl", "updated",
        {"strategy_id": "s_1", "fees": _D("0.5"), "equity": _D("1000.5"), **_MONEY},
    ),
    *(
        Sample(
            "TP-64",
            named(
                trading.StrategyRisk, "strategy.s_1.risk", happened,
                strategy_id="s_1", check=check, passed=False, code=code, message="too much", level=level,
            ),
            "strategy.s_1.risk", happened,
            {
                "strategy_id": "s_1", "check": check, "passed": False, "code": code, "message": "too much",
                "level": level.value,
            },
        )
        for happened, check, code, level in (
            ("rejected", "order", "ORDER_SIZE", TradingLevel.ACTIVE),
            ("kill_switch", "kill_switch", "KILL_SWITCH_ACTIVE", TradingLevel.HALTED),
        )
    ),
    Sample(
        "TP-65",
        named(
            trading.AccountRisk, "account.acc_1.risk", "rejected", account="acc_1", check="order", passed=False,
            code="ORDER_SIZE", message="The order is too large", symbol="BTCUSDT", side=events.Side.BUY,
            type=OrderType.LIMIT, client_order_id="mine-1",
        ),
        "account.acc_1.risk", "rejected",
        {
            "account": "acc_1", "check": "order", "passed": False, "code": "ORDER_SIZE",
            "message": "The order is too large", "level": "active", "symbol": "BTCUSDT", "side": "buy",
            "type": "limit", "client_order_id": "mine-1",
        },
    ),
    *(
        Sample(
            "TP-60",
            named(trading.StrategyLifecycle, "strategy.s_1.lifecycle", happened, id="s_1", state=state, reason=None),
            "strategy.s_1.lifecycle", happened,
            {"id": "s_1", "state": state.value, "reason": None},
        )
        for happened, state in (
            ("started", StrategyState.RUNNING),
            ("paused", StrategyState.PAUSED),
            ("resumed", StrategyState.RUNNING),
            ("stopped", StrategyState.STOPPED),
            ("error", StrategyState.ERROR),
        )
    ),
    *(
        Sample(
            "TP-72",
            named(
                events.LogLine, "system.log", level,
                level=events.LogLevel(level), source="grid.grid_a", message="[FILL] BUY @ 94000.00",
            ),
            "system.log", level,
            {"level": level, "source": "grid.grid_a", "message": "[FILL] BUY @ 94000.00"},
        )
        for level in ("debug", "info", "warn", "error")
    ),
]  # fmt: skip
"""Events of an owner's instances, in the order in which they are published."""

KILL_SWITCH = [
    Sample(
        "TP-73",
        named(
            trading.KillSwitch, "system.kill_switch", happened,
            scope=trading.KillSwitchScope.GLOBAL, id=None, reason="a test", by="admin",
            affected=trading.Affected(grids_stopped=2, strategies_stopped=1, orders_cancelled=9),
        ),
        "system.kill_switch", happened,
        {
            "scope": "global", "id": None, "reason": "a test", "by": "admin",
            "affected": {"grids_stopped": 2, "strategies_stopped": 1, "orders_cancelled": 9},
        },
    )
    for happened in ("activated", "deactivated")
]  # fmt: skip

OF_USER = [
    Sample(
        "TP-40",
        of_user(
            trading.Portfolio,
            equity=_D("1012.5"), balance=_D(1000), unrealized_pnl=_D("12.5"), realized_pnl=_D(0),
            positions=(
                trading.Position(
                    symbol="BTCUSDT", quantity=_D("0.001"), average_price=_D("94000.5"), price=_D("95000.00"),
                    unrealized_pnl=_D("0.9995"),
                ),
            ),
            drawdown=_D("2.5"), quote_assets=("USDC", "USDT"),
        ),
        "portfolio:{owner}", "portfolio",
        {
            "equity": _D("1012.5"), "balance": 1000, "unrealizedPnl": _D("12.5"), "realizedPnl": 0,
            "drawdown": _D("2.5"), "quoteAssets": ["USDC", "USDT"], "timestamp": At(TIME),
            "positions": [
                {
                    "symbol": "BTCUSDT", "quantity": _D("0.001"), "averagePrice": _D("94000.5"), "price": 95000,
                    "unrealizedPnl": _D("0.9995"),
                }
            ],
        },
    ),
    *(
        Sample(
            "TP-41",
            of_user(
                trading.Order,
                id="1", client_order_id="c-1", account="acc_1", symbol="BTCUSDT", side=events.Side.SELL, type=type_,
                price=_D("95000.10"), stop_price=stop_price, quantity=_D("0.002"), filled=_D("0.001"),
                average_price=_D("95000.15"), status=trading.OrderStatus(status), reason=reason, instance="grid_a",
            ),
            "orders:{owner}", "order",
            {
                "id": "1", "clientOrderId": "c-1", "account": "acc_1", "symbol": "BTCUSDT", "side": "sell",
                "type": type_.value, "timeInForce": "gtc", "price": _D("95000.10"), "stopPrice": stop_price,
                "quantity": _D("0.002"), "quoteQuantity": None, "filled": _D("0.001"), "averagePrice": _D("95000.15"),
                "status": status, "reason": reason, "instance": "grid_a", "timestamp": At(TIME),
            },
        )
        for status, type_, stop_price, reason in (
            ("new", OrderType.LIMIT, None, None),
            ("partially_filled", OrderType.LIMIT_MAKER, None, None),
            ("filled", OrderType.STOP_LIMIT, _D("95000.2"), None),
            ("cancelled", OrderType.LIMIT, None, "EXPIRED"),
            ("rejected", OrderType.LIMIT, None, "INSUFFICIENT_BALANCE"),
        )
    ),
    Sample(
        "TP-42",
        of_user(
            trading.Account,
            account="acc_1", mode=trading.AccountMode.PAPER, demo=True,
            balances=(trading.Balance(asset="USDT", free=_D("900.50"), locked=_D("99.5")),),
            trading=TradingLevel.REDUCE_ONLY,
        ),
        "account:{owner}", "account",
        {
            "account": "acc_1", "mode": "paper", "demo": True,
            "balances": [{"asset": "USDT", "free": _D("900.5"), "locked": _D("99.5")}], "trading": "reduce_only",
            "timestamp": At(TIME),
        },
    ),
    *(
        Sample(
            "TP-43",
            of_user(
                Notification,
                id=7, seq=3, kind=NotificationKind.ALERT, severity=Severity(severity),
                title="BTC over 95000", body="It is 95000.1", data='{"price":95000.1000000000000000001}', rule=5,
            ),
            "notifications", "notification",
            {
                "id": 7, "seq": 3, "kind": "alert", "severity": severity, "title": "BTC over 95000",
                "body": "It is 95000.1", "data": {"price": _D("95000.1000000000000000001")}, "rule": 5,
                "created": At(TIME), "read": False,
            },
        )
        for severity in ("info", "warning", "critical")
    ),
    Sample(
        "TP-44",
        of_user(
            Alert,
            rule=5, name="over 95000", symbol="BTCUSDT", source="price", operator=AlertOperator.ABOVE,
            value=_D("95000.1"), threshold=_D(95000), previous=_D("94999.9"), state=AlertState.FIRING,
        ),
        "alerts", "alert",
        {
            "rule": 5, "name": "over 95000", "symbol": "BTCUSDT", "source": "price", "operator": "above",
            "value": _D("95000.1"), "threshold": 95000, "previous": _D("94999.9"), "state": "firing", "late": False,
            "simulated": False, "firedAt": At(TIME),
        },
    ),
]  # fmt: skip
"""Events of a user; `{owner}` in a channel is the user's id."""

SIGNAL = Sample(
    "MK-16",
    lambda _: trading.Signal(
        symbol="BTCUSDT", time=TIME, source=events.Source.SIMULATOR, action=events.SignalAction.SELL,
        confidence=_D("0.75"), reason="it falls", model="trend", version="3", horizon="1h", price=_D("95000.10"),
        id="sig_b",
        track_record=trading.TrackRecord(right=1, wrong=0, independent=1, hit_rate=_D(1),
            brier_score=_D("0.0625"), calibration=(trading.CalibrationBand(
                least=_D("0.7"), most=_D("0.8"), signals=1, independent=1, confidence=_D("0.75"), hit_rate=_D(1),
            ),
        )),
        version_record=trading.NOTHING_JUDGED,
    ),
    "signals:BTCUSDT", "signal",
    {
        "symbol": "BTCUSDT", "action": "sell", "confidence": _D("0.75"), "reason": "it falls", "model": "trend",
        "version": "3", "horizon": "1h", "price": _D("95000.1"),
        "trackRecord": {"right": 1, "wrong": 0, "independent": 1, "hitRate": _D(1), "brierScore": _D("0.0625"),
            "calibration": [{
                "least": _D("0.7"), "most": _D("0.8"), "signals": 1, "independent": 1,
                "confidence": _D("0.75"), "hitRate": _D(1),
            }],
        },
        "versionRecord": {
            "right": 0, "wrong": 0, "independent": 0, "hitRate": None, "brierScore": None, "calibration": [],
        },
        "timestamp": At(TIME), "id": "sig_b", "source": "simulator", "simulated": True,
    },
)  # fmt: skip
"""A signal of a strategy that staff marked public."""

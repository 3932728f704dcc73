"""Runs made by hand, for tests of what differs between two."""

from decimal import Decimal
from typing import Any

from streaming.events import Interval, Side, SignalAction
from trading.engine.backtests.comparison.compared_run import ComparedFill, ComparedOrder, ComparedRun, ComparedSignal
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType

MINUTE = 60_000
START = 1_700_049_600_000
"""2023-11-15 12:00:00 UTC."""
INTERVAL = Interval.MINUTE_1
CANDLES = 60


def at(minute: int, milliseconds: int = 0) -> int:
    """Return a time so many minutes, and ms, after the start."""
    return START + minute * MINUTE + milliseconds


def order(number: int, placed_at: int, **changes: Any) -> ComparedOrder:
    """Return a market order that buys one, and was executed."""
    given: dict[str, Any] = {
        "side": Side.BUY,
        "type": OrderType.MARKET,
        "state": OrderState.FILLED,
        "quantity": Decimal(1),
        "quote_amount": None,
        "price": None,
        "stop_price": None,
    }
    return ComparedOrder(number=number, placed_at=placed_at, **given | changes)


def fill(number: int, time: int, price: int | str, **changes: Any) -> ComparedFill:
    """Return an execution of one unit, of the order of that number."""
    given: dict[str, Any] = {"side": Side.BUY, "quantity": Decimal(1), "fee": Decimal("0.1"), "realised": Decimal(0)}
    return ComparedFill(order=number, time=time, price=Decimal(price), **given | changes)


def signal(time: int, action: SignalAction = SignalAction.BUY, reason: str = "it rose") -> ComparedSignal:
    """Return what was advised at a time."""
    return ComparedSignal(time=time, action=action, confidence=Decimal("0.6"), reason=reason)


def run(**changes: Any) -> ComparedRun:
    """Return a run over an hour that did nothing."""
    given: dict[str, Any] = {
        "start": START,
        "end": at(CANDLES),
        "signals_start": START,
        "signals_end": at(CANDLES),
        "capital": Decimal(1000),
        "settings": {"capital": Decimal(1000)},
        "signals": (),
        "orders": (),
        "fills": (),
    }
    return ComparedRun(**given | changes)

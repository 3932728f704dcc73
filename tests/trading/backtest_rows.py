"""Rows of backtests, as they stand before a worker takes them up."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from trading.models import Backtest

_DAY_MS = 86_400_000


def backtest_of(owner: User, **changes: Any) -> Backtest:
    """Make a backtest of a user that waits to be run."""
    given = {
        "strategy": "ma_cross",
        "symbol": "BTCUSDT",
        "interval": "1m",
        "start": 0,
        "end": _DAY_MS,
        "initial_capital": Decimal(1000),
        "fee_rate": Decimal("0.001"),
        "slippage": Decimal("0.0005"),
        "fills": "through",
        "created_at": timezone.now(),
    }
    return Backtest.objects.create(owner=owner, **given | changes)

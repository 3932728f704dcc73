"""Backtests of two users, and browsers of staff, for the tests of the admin's page of backtests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from tests.accounts.admin.browsers import administrator, owner, quick_passwords, root, staff_with
from trading.events import BacktestPhase, BacktestState
from trading.models import Backtest, BacktestResult
from trading.running.queue import Ending, backtest_end

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
DAY_MS = 86_400_000
START = 1_700_006_400_000
"""2023-11-15, a whole day."""
METRICS = {"final_equity": "1010.25", "total_return": 0.0125, "sharpe": 1.234567, "trades": 7, "fees": "1.5"}
MakeBacktest = Callable[..., Backtest]
__all__ = ["administrator", "owner", "quick_passwords", "root", "staff_with"]
"""The fixtures of others that these tests use."""


@pytest.fixture
def make_backtest(owner: User) -> MakeBacktest:
    """Return what stores a waiting backtest of Ada's, with other columns where they are given."""

    def make(**changes: Any) -> Backtest:
        columns: dict[str, Any] = {
            "owner": owner,
            "strategy": "ma_cross",
            "symbol": "BTCUSDT",
            "interval": "1h",
            "start": START,
            "end": START + 10 * DAY_MS,
            "parameters": {"fast": 5, "slow": 15},
            "initial_capital": Decimal("1000.50"),
            "fee_rate": Decimal("0.001"),
            "slippage": Decimal("0.0005"),
            "fills": "through",
            "created_at": NOW - timedelta(hours=1),
        }
        return Backtest.objects.create(**columns | changes)

    return make


def running(backtest: Backtest) -> Backtest:
    """Let a worker have taken it up, and have run 40 % of it."""
    backtest.state, backtest.claim, backtest.started_at = BacktestState.RUNNING.value, 1, NOW
    backtest.phase, backtest.progress = BacktestPhase.RUN.value, 0.4
    backtest.save()
    return backtest


def ended(backtest: Backtest, state: BacktestState = BacktestState.COMPLETED, *, at: datetime = NOW) -> Backtest:
    """Let the worker have ended it; a completed one has a result."""
    metrics = METRICS if state is BacktestState.COMPLETED else None
    ending = Ending(
        state=state,
        reason="" if metrics else "The worker ended while it ran, 2 times",
        metrics=metrics,
        data=b"packed" if metrics else None,
        hash="cafe" if metrics else "",
    )
    assert backtest_end(backtest_id=running(backtest).pk, claim=1, ending=ending, now=at)
    backtest.refresh_from_db()
    assert BacktestResult.objects.filter(pk=backtest.pk).exists() == bool(metrics)
    return backtest

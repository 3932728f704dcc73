"""A market, users, and how they ask for backtests."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from accounts.groups import traders_ensure
from accounts.models import User
from tests.trading.backtest_rows import backtest_of
from tests.trading.engine.backtests.results.series import made, plan_of, random_walk
from tests.trading.market import HISTORY, MINUTE, START, SYMBOL, minutes_stored, symbol_listed
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.sweeps.cells import run_cell
from trading.engine.backtests.sweeps.plan import sweep_plan
from trading.engine.backtests.sweeps.result import SweepResult
from trading.engine.backtests.sweeps.result_builder import sweep_result
from trading.models import Backtest, BacktestKind
from trading.models import BacktestResult as StoredResult
from trading.running.packing import packed

NOW = datetime(2026, 11, 1, tzinfo=UTC)
RUN: dict[str, Any] = {
    "symbol": SYMBOL,
    "interval": "1m",
    "start": START,
    "end": START + 300 * MINUTE,
    "strategy": "ma_cross",
    "params": {"fast": 5, "slow": 15},
}
"""What is asked for."""


def trader_named(name: str) -> User:
    """Return a new user in the group of traders."""
    user: User = get_user_model().objects.create_user(username=name, email=f"{name}@example.com", password=None)
    user.groups.add(traders_ensure())
    return user


@pytest.fixture
def trader(db: None) -> User:
    """Return a user who may run backtests."""
    return trader_named("trader")


@pytest.fixture
def market(db: None) -> None:
    """List a symbol, and store its candles: no exchange is there to be asked."""
    symbol_listed()
    minutes_stored(-HISTORY, HISTORY + 400)


@pytest.fixture(scope="module")
def result() -> BacktestResult:
    """Return what came of a run with some trades."""
    return made()


@pytest.fixture(scope="module")
def sweep() -> SweepResult:
    """Return what came of a sweep of two runs."""
    candles = random_walk(1, count=300)
    plan = sweep_plan(plan_of(candles, strategy="ma_cross"), {"fast": [3, 5]})
    runs = [run_cell(plan, number, candles) for number in range(2)]
    return sweep_result(plan, candles, [run for run in runs if run], trials=2)


def completed(user: User, result: BacktestResult | SweepResult) -> Backtest:
    """Store a backtest of a user's that came to a result."""
    kind = BacktestKind.SWEEP if isinstance(result, SweepResult) else BacktestKind.RUN
    backtest = backtest_of(user, state="completed", kind=kind)
    StoredResult.objects.create(backtest=backtest, data=packed(result), hash=result.fingerprint.hash)
    return backtest

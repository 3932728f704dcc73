"""A market, users, and how they ask for backtests."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from accounts.groups import traders_ensure
from accounts.models import User
from tests.trading.market import HISTORY, MINUTE, START, SYMBOL, minutes_stored, symbol_listed

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

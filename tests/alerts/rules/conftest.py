"""Users, symbols and rules for the tests of alert rules."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from alerts.models import AlertRule
from alerts.rules.parameters import RuleParameters
from alerts.rules.services import rule_create
from streaming.commands.parameters import reader_of
from streaming.market.models import UNLISTED, Symbol
from tests.alerts.rules.refusals import RULE
from tests.serving import store_symbols

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MakeRule = Callable[..., AlertRule]


@pytest.fixture(autouse=True)
def _unhurried(settings: Settings) -> None:
    """Hash by MD5, and let each test ask as often as it likes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.THROTTLE_ALERTS = ""


@pytest.fixture
def symbols(db: None) -> None:
    """Make BTCUSDT and ETHUSDT known as trading, and OLDUSDT as no longer listed."""
    store_symbols()
    store_unlisted()


@pytest.fixture
def owner(db: None) -> User:
    """Return the owner of rules, Ada."""
    return User.objects.create_user("Ada", "ada@example.com")


@pytest.fixture
def stranger(db: None) -> User:
    """Return another user."""
    return User.objects.create_user("Eve", "eve@example.com")


@pytest.fixture
def staff(db: None) -> User:
    """Return a member of staff."""
    return User.objects.create_user("Staff", "staff@example.com", is_staff=True)


@pytest.fixture
def make_rule(symbols: None, owner: User) -> MakeRule:
    """Return what makes a rule of Ada's, with other parameters where they are given."""

    def make(user: User = owner, **changes: Any) -> AlertRule:
        given = reader_of(RuleParameters)(RULE | changes)
        return rule_create(owner_id=user.pk, given=given, now=NOW, by=user.pk)

    return make


def store_unlisted() -> None:
    """Make OLDUSDT known as no longer listed."""
    Symbol.objects.create(
        name="OLDUSDT",
        base="OLD",
        quote="USDT",
        status=UNLISTED,
        source="simulator",
        listed_at=NOW,
        updated_at=NOW,
    )

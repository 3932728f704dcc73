"""Rules that several make at the same time, on PostgreSQL."""

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from accounts.models import User
from alerts.rules.errors import RuleConflictError
from alerts.rules.parameters import RuleParameters
from alerts.rules.services import rule_create
from streaming.commands.parameters import reader_of
from streaming.market.models import Symbol
from tests.databases.postgres_database import PostgresDatabase

pytestmark = pytest.mark.postgres
MAKERS, TRIES, MOST = 3, 8, 10
RULE = {"name": "a", "symbol": "BTCUSDT", "source": "price", "operator": "above", "threshold": 5, "trigger": "once"}


def list_symbol() -> None:
    """Let the exchange list the symbol of the rules."""
    now = datetime.now(UTC)
    words = {"base": "BTC", "quote": "USDT", "status": "TRADING", "source": "simulator"}
    Symbol.objects.create(name="BTCUSDT", listed_at=now, updated_at=now, **words)


def make() -> int:
    """Make rules of the same user; return how many were refused."""
    owner, given, refused = User.objects.order_by("pk").first(), reader_of(RuleParameters)(RULE), 0
    assert owner is not None
    for _ in range(TRIES):
        try:
            rule_create(owner_id=owner.pk, given=given, now=datetime.now(UTC))
        except RuleConflictError:
            refused += 1
    return refused


def test_it_never_makes_more_than_there_may_be(postgres: PostgresDatabase, settings: Settings) -> None:
    settings.ALERTS_RULES_PER_USER = MOST
    postgres.run(list_symbol)
    refused = postgres.run(*[make] * MAKERS)
    assert postgres.query("SELECT count(*) FROM alerts_alertrule") == [(MOST,)]
    assert sum(refused) == MAKERS * TRIES - MOST

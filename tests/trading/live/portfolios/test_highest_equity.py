"""The most that portfolios were ever worth, while their accounts begin anew."""

from decimal import Decimal
from threading import Event

import pytest
from django.db import transaction

from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.trading.live.rows import NOW, account_of, hand_of
from tests.waiting import until_now
from trading.accounts.resetting import account_reset
from trading.audit.services import Actor
from trading.live.portfolios.portfolios import portfolios_now
from trading.models import ActorSource, EquityPeak, TradingAccount


def _make() -> TradingAccount:
    account = account_of(is_demo=True)
    hand_of(account, deposit=500_000)
    EquityPeak.objects.create(owner_id=account.owner_id, equity=Decimal(400_000))
    return account


@pytest.mark.postgres
def test_what_an_account_was_worth_before_it_began_anew_is_not_remembered(postgres: PostgresDatabase) -> None:
    [account] = postgres.run(_make)
    is_reset = Event()

    @transaction.atomic
    def reset() -> None:
        actor = Actor(user_id=account.owner_id, name="Ada", source=ActorSource.REST)
        account_reset(actor=actor, account=account, now=NOW)
        is_reset.set()
        until_now(somebody_waits)

    def report() -> None:
        assert is_reset.wait(30)
        portfolios_now([account.owner_id], {}, fence=None, now=NOW)

    postgres.run(reset, report)
    assert postgres.query("SELECT equity FROM trading_equitypeak") == []
    postgres.run(report)
    assert postgres.query("SELECT equity FROM trading_equitypeak") == [("200000",)]

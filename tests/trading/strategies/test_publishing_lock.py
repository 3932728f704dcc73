"""What is locked while strategies, and models by them, are made public; nobody else waits for what isn't theirs."""

import threading
from collections.abc import Iterable
from decimal import Decimal

import pytest
from django.db import transaction

from streaming.commands.errors import CommandRefusedError
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.trading.backtests.conftest import trader_named
from tests.trading.live.rows import NOW, account_of, hand_of, strategy_of
from tests.trading.market import SYMBOL, symbol_listed
from tests.trading.price_models.versions import STAFF, published
from tests.waiting import until_now
from trading.audit.services import audit_append
from trading.live.markets import TradedMarket, traded_instrument
from trading.live.quotes import MarketQuote
from trading.models import ModelVersion, Strategy, SubAccount, TradingAccount
from trading.strategies.public_models import model_end_public, model_make_public
from trading.strategies.services import strategies_locked, strategy_mark_public


def _make() -> tuple[ModelVersion, int, int]:
    symbol_listed()
    return published(), trader_named("ada").pk, trader_named("bob").pk


def _make_public(version: ModelVersion, owner_id: int) -> None:
    last = Decimal(95_000)
    quote = MarketQuote(symbol=SYMBOL, last=last, bid=last, ask=last, simulated=False, stale=False, time=0)
    market = TradedMarket(instrument=traded_instrument("symbol", SYMBOL), quote=quote)
    model_make_public(actor=STAFF, owner_id=owner_id, version=version, market=market, now=NOW)


@pytest.mark.postgres
def test_who_makes_a_model_public_while_another_does_is_refused(postgres: PostgresDatabase) -> None:
    [(version, one, another)] = postgres.run(_make)
    is_first = threading.Event()

    @transaction.atomic
    def first() -> str:
        _make_public(version, one)
        is_first.set()
        until_now(somebody_waits)
        return "public"

    def second() -> str:
        assert is_first.wait(20)
        with pytest.raises(CommandRefusedError) as refused:
            _make_public(version, another)
        return str(refused.value)

    said = postgres.run(first, second)
    assert said[0] == "public"
    assert "are public already" in said[1]
    assert postgres.run(Strategy.objects.filter(is_public=True).count) == [1]


def _asking(names: Iterable[str]) -> list[SubAccount]:
    """Make strategies that ask the model, each of another user."""
    parameters = {"algorithm": "boosting"}
    return [strategy_of(account_of(name), "learned_direction", parameters=parameters) for name in names]


@pytest.mark.postgres
def test_what_refers_to_an_account_is_stored_while_a_strategy_of_it_is_made_public(postgres: PostgresDatabase) -> None:
    [[own]] = postgres.run(lambda: _asking(["cy"]))
    is_marked, is_stored = threading.Event(), threading.Event()

    @transaction.atomic
    def mark() -> bool:
        strategy = Strategy.objects.get(pk=own.strategy_id)
        strategy_mark_public(actor=STAFF, strategy=strategy, is_public=True, now=NOW)
        is_marked.set()
        return is_stored.wait(20)

    def store() -> bool:
        assert is_marked.wait(20)
        hand_of(TradingAccount.objects.get(pk=own.account_id))
        is_stored.set()
        return True

    assert postgres.run(mark, store) == [True, True]


@pytest.mark.postgres
def test_what_waits_for_a_strategy_to_end_its_being_public_holds_up_no_audit(postgres: PostgresDatabase) -> None:
    """Who has the strategy locked can add their own row, and so goes on."""
    [version] = postgres.run(published)
    [[one, another]] = postgres.run(lambda: _asking(["cy", "di"]))
    postgres.run(lambda: Strategy.objects.update(is_public=True))
    locked = min(one.strategy_id or "", another.strategy_id or "")
    is_locked = threading.Event()

    @transaction.atomic
    def change() -> int:
        strategies_locked([locked])
        is_locked.set()
        until_now(somebody_waits)
        audit_append(actor=STAFF, action="strategy.pause", target=locked, now=NOW)
        return 1

    def end() -> int:
        assert is_locked.wait(20)
        return len(model_end_public(actor=STAFF, version=version, now=NOW))

    assert postgres.run(change, end) == [1, 2]
    assert postgres.run(Strategy.objects.filter(is_public=True).count) == [0]

"""Several change the same sub-account, or add to the audit, at the same time: one after the other, nothing is lost."""

import threading

import pytest
from django.db import transaction

from streaming.events import Side
from streaming.times import milliseconds
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.trading.live.rows import NOW, account_of, hand_of, load, store, strategy_of
from tests.trading.market import symbol_listed
from tests.waiting import until_now
from trading.audit.services import Actor, audit_append
from trading.audit.verification import audit_verify
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.live.errors import StaleVersionError
from trading.live.rows.loading import sub_accounts_load
from trading.live.rows.storing import sub_accounts_store
from trading.models import ActorSource, Order, Strategy, SubAccount

_EACH = 8
_TIME = milliseconds(NOW)


def _make() -> int:
    symbol_listed()
    return hand_of(account_of()).pk


@transaction.atomic
def _place(hand: int, name: str) -> None:
    loaded = sub_accounts_load([hand], lock=True)[hand]
    request = OrderRequest(client_order_id=name, side=Side.BUY, type=OrderType.LIMIT, quantity=100, price=9000)
    loaded.engine.place("BTCUSDT", request, market=10_000, time=_TIME)
    sub_accounts_store([loaded], now=NOW)
    audit_append(
        actor=Actor(user_id=1, name="Ada", source=ActorSource.REST),
        action="order.place",
        account=loaded.account,
        target=name,
        now=NOW,
    )


@pytest.mark.postgres
def test_orders_placed_at_the_same_time_all_count_and_the_audit_stays_whole(postgres: PostgresDatabase) -> None:
    [hand] = postgres.run(_make)

    def placer(name: str) -> None:
        for number in range(_EACH):
            _place(hand, f"{name}{number}")

    postgres.run(*(lambda name=name: placer(name) for name in "abc"))

    def look() -> None:
        row = SubAccount.objects.get(pk=hand)
        assert sorted(Order.objects.values_list("number", flat=True)) == list(range(1, 3 * _EACH + 1))
        assert (row.placed, row.version) == (3 * _EACH, 3 * _EACH + 1)
        assert load(row).engine.account.locked("USDT") == 3 * _EACH * 90_135 * 10**20  # 9.00 and the higher fee of both
        assert list(audit_verify()) == [(3 * _EACH, 3 * _EACH)]

    postgres.run(look)


@pytest.mark.postgres
def test_of_two_that_loaded_the_same_only_the_first_stores(postgres: PostgresDatabase) -> None:
    [hand] = postgres.run(_make)

    def refused() -> None:
        row = SubAccount.objects.get(pk=hand)
        worker = load(row)
        worker.engine.place(
            "BTCUSDT",
            OrderRequest(client_order_id="late", side=Side.BUY, type=OrderType.LIMIT, quantity=100, price=9000),
            market=10_000,
            time=_TIME,
        )
        postgres.run(lambda: _place(hand, "first"))
        with pytest.raises(StaleVersionError):
            store(worker)
        assert list(Order.objects.values_list("client_order_id", flat=True)) == ["first"]

    postgres.run(refused)


@pytest.mark.postgres
def test_who_has_waited_for_a_sub_account_sees_all_of_it_as_it_was_changed_meanwhile(
    postgres: PostgresDatabase,
) -> None:
    def started() -> int:
        symbol_listed()
        return strategy_of(account_of()).pk

    [row] = postgres.run(started)
    locked = threading.Event()

    @transaction.atomic
    def change() -> None:
        sub_accounts_load([row], lock=True)
        locked.set()
        until_now(somebody_waits)
        Strategy.objects.filter(sub_account=row).update(reason="changed")

    @transaction.atomic
    def look() -> str:
        locked.wait(20)
        loaded = sub_accounts_load([row], lock=True)[row]
        assert loaded.strategy is not None
        return loaded.strategy.reason

    assert postgres.run(change, look)[1] == "changed"

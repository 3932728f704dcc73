"""Several change the same sub-account, or add to the audit, at the same time: one after the other, nothing is lost."""

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from streaming.events import Side
from streaming.times import milliseconds
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.trading.live.rows import NOW, account_of, hand_of, load, store, strategy_of
from tests.trading.market import SYMBOL, symbol_listed
from tests.waiting import until_now
from trading.audit.services import Actor, audit_append
from trading.audit.verification import audit_verify
from trading.engine.amounts import amount_of
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.grids.parameters import NewGrid
from trading.grids.services import grid_start, grid_update_params
from trading.live.errors import StaleVersionError
from trading.live.markets import TradedMarket, traded_instrument
from trading.live.quotes import MarketQuote
from trading.live.rows.loading import sub_accounts_load
from trading.live.rows.storing import sub_accounts_store
from trading.models import ActorSource, Grid, Order, Strategy, SubAccount

_ACTOR = Actor(user_id=1, name="Ada", source=ActorSource.REST)
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
        actor=_ACTOR,
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


def _market() -> TradedMarket:
    last = Decimal(95_000)
    quote = MarketQuote(symbol=SYMBOL, last=last, bid=last, ask=last, simulated=False, stale=False, time=0)
    return TradedMarket(instrument=traded_instrument("symbol", SYMBOL), quote=quote)


def _grid_that_waits() -> int:
    """Start a grid with 1,000 of 10,000 that waits for its trigger; return the id of the account's hand."""
    symbol_listed()
    account = account_of()
    hand = hand_of(account, deposit=10_000)
    given = NewGrid(
        pair=SYMBOL,
        upper_price=Decimal(100_000),
        lower_price=Decimal(90_000),
        grid_count=4,
        investment=Decimal(1000),
        trigger_price=Decimal(93_000),
    )
    grid_start(actor=_ACTOR, owner_id=account.owner_id, given=given, market=_market(), now=NOW)
    return hand.pk


@pytest.mark.postgres
def test_two_changes_of_a_grid_at_the_same_time_both_count(postgres: PostgresDatabase) -> None:
    [hand] = postgres.run(_grid_that_waits)
    both_have_read, changed = threading.Barrier(2, timeout=20), threading.Event()

    def change(params: dict[str, Any]) -> None:
        grid = Grid.objects.select_related("account").get()
        both_have_read.wait()
        if "stop_loss" in params:
            changed.wait(20)
        with transaction.atomic():
            grid_update_params(actor=_ACTOR, grid=grid, params=params, market=_market(), now=NOW)
            if "investment" in params:
                changed.set()
                until_now(somebody_waits)

    postgres.run(lambda: change({"investment": 2000}), lambda: change({"stop_loss": 89_000}))

    def look() -> None:
        grid = Grid.objects.get()
        assert (grid.parameters["investment"], grid.parameters["stop_loss"]) == ("2000", "89000")
        assert grid.investment == Decimal(2000)
        assert load(SubAccount.objects.get(pk=hand)).engine.account.free("USDT") == amount_of(Decimal(8000))

    postgres.run(look)

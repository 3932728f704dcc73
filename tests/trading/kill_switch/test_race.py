"""The kill switch while others work: an order is cancelled by it, or refused, and no two wait for each other."""

from decimal import Decimal
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from streaming.clock import SystemClock
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.events import Side
from streaming.times import moment
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.trading.backtests.conftest import trader_named
from tests.trading.live.rows import NOW, account_of, grid_of
from tests.trading.market import SYMBOL, symbol_listed
from tests.waiting import until_now
from trading.accounts.services import default_account_ensure
from trading.audit.services import Actor
from trading.audit.verification import audit_verify
from trading.engine.orders.types import OrderType
from trading.engine.risk.levels import TradingLevel
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.events import KillSwitchScope
from trading.kill_switch.services import SwitchTarget, switch_activated, switch_deactivated, switch_set
from trading.live.markets import TradedMarket, traded_instrument
from trading.live.quotes import MarketQuote
from trading.models import OPEN_ORDERS, ActorSource, Order, SubAccount
from trading.orders.parameters import NewOrder
from trading.orders.services import order_place

_TRADERS = ("ada", "bob", "eve")
_BEFORE = 6
"""So many orders there are when the switch is thrown."""
_ACTOR = Actor(user_id=None, name="root", source=ActorSource.WORKER)


def _make() -> list[int]:
    symbol_listed()
    users = [trader_named(name) for name in _TRADERS]
    now = moment(SystemClock().now_ms())
    for user in users:
        default_account_ensure(owner_id=user.pk, now=now)
    return [user.pk for user in users]


def _market() -> TradedMarket:
    last = Decimal(95000)
    quote = MarketQuote(symbol=SYMBOL, last=last, bid=last, ask=last, simulated=False, stale=False, time=0)
    return TradedMarket(instrument=traded_instrument("symbol", SYMBOL), quote=quote)


@pytest.mark.postgres
def test_no_order_slips_through_while_the_switch_is_thrown(postgres: PostgresDatabase) -> None:
    [users] = postgres.run(_make)
    placed: list[str] = []
    enough = Event()

    def placing(user_id: int) -> str:
        market = _market()
        order = NewOrder(
            symbol=SYMBOL, side=Side.BUY, type=OrderType.LIMIT, quantity=Decimal("0.001"), price=Decimal(90000)
        )
        while True:
            now = moment(SystemClock().now_ms())
            try:
                placed.append(order_place(actor=_ACTOR, owner_id=user_id, given=order, market=market, now=now).pk)
            except CommandRefusedError as refusal:
                return refusal.code.value
            finally:
                if len(placed) >= _BEFORE:
                    enough.set()

    def throw() -> int:
        assert enough.wait(30)
        target, now = SwitchTarget(scope=KillSwitchScope.GLOBAL), moment(SystemClock().now_ms())
        how: dict[str, Any] = {
            "actor": _ACTOR,
            "target": target,
            "level": TradingLevel.HALTED,
            "reason": "a test",
            "now": now,
        }
        unfinished = switch_set(may_free=True, **how)
        return switch_activated(markets=None, unfinished=unfinished, **how).orders_cancelled

    placers = [partial(placing, user_id) for user_id in users]
    *refused, cancelled = postgres.run(*placers, throw)

    def look() -> None:
        assert refused == [CommandErrorCode.KILL_SWITCH_ACTIVE.value] * len(_TRADERS)
        assert cancelled == len(placed) == Order.objects.count()
        assert not Order.objects.filter(state__in=OPEN_ORDERS).exists()
        assert [count for count, _ in audit_verify()] == [len(placed) + 2]  # the level, and what it affected

    postgres.run(look)


def _two_grids() -> list[int]:
    symbol_listed()
    account = account_of()
    parameters = GridParameters(lower_price=Decimal(90000), upper_price=Decimal(100000), grid_count=4)
    first, second = sorted(grid_of(account, parameters).pk for _ in range(2))
    SubAccount.objects.filter(pk=first).update(realised=0)  # so that the table has it behind the second
    return [first, second]


@pytest.mark.postgres
def test_who_stores_many_sub_accounts_and_who_frees_them_lock_them_in_one_order(postgres: PostgresDatabase) -> None:
    [ids] = postgres.run(_two_grids)
    is_first_locked = Event()

    @transaction.atomic
    def store() -> None:
        SubAccount.objects.select_for_update().get(pk=ids[0])
        is_first_locked.set()
        until_now(somebody_waits)
        SubAccount.objects.select_for_update().get(pk=ids[1])

    def free() -> None:
        assert is_first_locked.wait(30)
        target = SwitchTarget(scope=KillSwitchScope.GLOBAL)
        switch_deactivated(actor=_ACTOR, target=target, reason="a test", unfinished=0, now=NOW)

    before = postgres.query("SELECT sum(version) FROM trading_subaccount")[0][0]
    postgres.run(store, free)
    assert postgres.query("SELECT sum(version) FROM trading_subaccount") == [(before + 2,)]

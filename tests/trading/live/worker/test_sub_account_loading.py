"""Sub-accounts are loaded together; one that can't have what it shares with others is left out, and they trade.

They are loaded by the exchange's filters of now.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from streaming.clock import SystemClock
from streaming.events import Side
from streaming.market.models import Symbol
from streaming.workers.database_thread import DatabaseThread
from tests.trading.asking import close_connections
from tests.trading.live.rows import account_of, hand_of, strategy_of
from tests.trading.live.worked_market import at_database, now, order_place
from tests.trading.market import SYMBOL, symbol_listed
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.sub_account_loading import SubAccountLoading

pytestmark = pytest.mark.django_db(transaction=True)


def _started() -> list[int]:
    symbol_listed()
    return [strategy_of(account_of(name), "ma_cross").pk for name in ("Ada", "Bob")]


async def test_one_that_can_t_have_what_it_shares_is_left_out() -> None:
    odd, sound = await at_database(_started)
    database, attached = DatabaseThread("test"), list[int]()

    def attach(loaded: LoadedSubAccount) -> None:
        if loaded.row.pk == odd:
            raise KeyError("algorithm")
        attached.append(loaded.row.pk)

    held = await SubAccountLoading(database, SystemClock(), attach=attach).loaded([odd, sound])
    await database.stop()
    await close_connections()
    assert [*held] == attached == [sound]


def _hand_and_strategy() -> tuple[int, int]:
    for name in (SYMBOL, "ETHUSDT"):
        symbol_listed(name)
    hand = hand_of(account_of())
    for name in (SYMBOL, "ETHUSDT"):
        order_place(hand, f"deep {name}", Side.BUY, Decimal(500), now(), name)
    return hand.pk, strategy_of(account_of("Bob")).pk


def _refresh(**changes: Decimal) -> None:
    """Store the symbols anew, as an hour later."""
    Symbol.objects.filter(name=SYMBOL).update(**changes)
    for row in Symbol.objects.all():
        Symbol.objects.filter(pk=row.pk).update(updated_at=row.updated_at + timedelta(hours=1))


@pytest.mark.parametrize("with_strategy", [False, True])
async def test_filters_that_have_changed_count_from_then_on_but_for_what_a_strategy_trades(
    *, with_strategy: bool
) -> None:
    hand, strategy = await at_database(_hand_and_strategy)
    ids = [hand, strategy] if with_strategy else [hand]
    database = DatabaseThread("test")
    loading = SubAccountLoading(database, SystemClock())
    held = await loading.loaded(ids)
    await at_database(_refresh)
    assert await loading.take_changed_instruments(held.values()) == {}
    await at_database(lambda: _refresh(step_size=Decimal("0.00001")))
    changed = await loading.take_changed_instruments(held.values())
    again = await loading.loaded([hand])
    await database.stop()
    await close_connections()
    assert [*changed] == ([] if with_strategy else [SYMBOL])
    steps = [one[hand].instruments[SYMBOL].step_size for one in (held, again)]
    assert steps == [Decimal("0.001"), Decimal("0.001" if with_strategy else "0.00001")]

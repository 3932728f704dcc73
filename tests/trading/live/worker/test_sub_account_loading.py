"""Sub-accounts are loaded together; one that can't have what it shares with others is left out, and they trade."""

import pytest

from streaming.workers.database_thread import DatabaseThread
from tests.trading.asking import close_connections
from tests.trading.live.rows import NOW, account_of, strategy_of
from tests.trading.live.worked_market import at_database
from tests.trading.market import symbol_listed
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

    held = await SubAccountLoading(database, NOW, attach=attach).loaded([odd, sound])
    await database.stop()
    await close_connections()
    assert [*held] == attached == [sound]

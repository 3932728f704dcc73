"""The gates of what a worker holds: kept as long as that, and no longer."""

import gc
import weakref
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.trading.live.rows import NOW, account_of, grid_of
from tests.trading.market import symbol_listed
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.rows.loading import sub_accounts_load
from trading.risk.gates import Gates

pytestmark = pytest.mark.django_db

_PARAMETERS = GridParameters(lower_price=Decimal(980), upper_price=Decimal(1020), grid_count=4)


@pytest.mark.long
def test_it_forgets_the_gates_of_what_is_held_no_more() -> None:
    symbol_listed()
    account = account_of()
    rows = [grid_of(account, _PARAMETERS) for _ in range(3)]
    gates = Gates(NOW)
    loaded = sub_accounts_load([row.pk for row in rows], lock=False, gate_of=gates.gate_of)
    gates.read(loaded.values())
    known = [weakref.ref(gates.gate_of(row)) for row in rows]
    gates.read_again([loaded[rows[0].pk]], now=NOW + timedelta(seconds=1))
    for row in rows[1:]:
        del loaded[row.pk]
    gc.collect()
    assert [gate() is not None for gate in known] == [True, False, False]

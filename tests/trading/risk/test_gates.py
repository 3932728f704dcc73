"""The gates of what a worker holds: kept as long as that, and no longer; what they let pass as the rows change."""

import gc
import weakref
from datetime import timedelta
from decimal import Decimal

import pytest

from streaming.events import Side
from streaming.times import milliseconds
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of
from tests.trading.market import SYMBOL, symbol_listed
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.risk.levels import TradingLevel
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.events import KillSwitchScope
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import KillSwitch, RiskLimits
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


def test_limits_that_were_taken_away_hold_back_no_sale_under_the_kill_switch() -> None:
    symbol_listed()
    account = account_of()
    hand = hand_of(account)
    limits = RiskLimits.objects.create(account=account, order_size=Decimal(900))
    gates = Gates(NOW)
    loaded = sub_accounts_load([hand.pk], lock=False, gate_of=gates.gate_of)[hand.pk]
    gates.read([loaded])
    sale = at_market(Side.SELL, 100_000)
    assert code_of(gates, loaded, sale) == "ORDER_SIZE"
    limits.delete()
    KillSwitch.objects.create(
        scope=KillSwitchScope.USER, user_id=account.owner_id, level=TradingLevel.REDUCE_ONLY.value, changed_at=NOW
    )
    gates.read_again([loaded], now=NOW + timedelta(seconds=1))
    assert code_of(gates, loaded, at_market(Side.BUY, 100_000)) == "REDUCE_ONLY"
    assert code_of(gates, loaded, sale) is None


def at_market(side: Side, steps: int) -> OrderRequest:
    """Return an order at the market."""
    return OrderRequest(client_order_id="new", side=side, type=OrderType.MARKET, quantity=steps)


def code_of(gates: Gates, loaded: LoadedSubAccount, request: OrderRequest) -> str | None:
    """Return the code that refuses an order while the market is at 1,000; None where it passes."""
    refusal = gates.gate_of(loaded.row)(loaded.instruments[SYMBOL], request, 1_000_00, milliseconds(NOW))
    return None if refusal is None else str(refusal.code)

"""The gates of what a worker holds: kept as long as that, and no longer; what they let pass as the rows change."""

import gc
import weakref
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from streaming.events import Side
from streaming.times import milliseconds
from tests.trading.engine.live.rigs import book_at
from tests.trading.engine.live.rigs import limit as limit_order
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of, strategy_of
from tests.trading.live.worked_market import order_place
from tests.trading.market import SYMBOL, symbol_listed
from trading.engine.amounts import ONE
from trading.engine.live.state import LotState, TransferredHoldings
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.risk.levels import TradingLevel
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.events import KillSwitchScope
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import KillSwitch, RiskLimits, SubAccount, TradingAccount
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


@pytest.mark.parametrize("limit", ["order_size", "open_orders", "orders_per_second"])
@pytest.mark.parametrize("make", [lambda account: grid_of(account, _PARAMETERS), strategy_of], ids=["grid", "strategy"])
def test_no_limit_holds_back_the_sale_of_what_is_stopped_for_good(
    limit: str, make: Callable[[TradingAccount], SubAccount]
) -> None:
    symbol_listed()
    account = account_of()
    order_place(hand_of(account), "by hand", Side.BUY, Decimal(900), milliseconds(NOW))
    RiskLimits.objects.create(account=account, **{limit: 1})
    gates = Gates(NOW)
    [loaded] = sub_accounts_load([make(account).pk], lock=False, gate_of=gates.gate_of).values()
    loaded.engine.transfer_in(TransferredHoldings(lots={"BTC": (LotState(0, ONE, 1000 * ONE),)}))
    gates.read([loaded])
    sale, resting = at_market(Side.SELL, 1_000), limit_order("new", Side.SELL, 1_000_00, 1_000)
    assert code_of(gates, loaded, sale) == limit_code(limit)
    driver = loaded.driver
    assert driver is not None
    driver.stop(time=milliseconds(NOW), close_position=True)
    assert [code_of(gates, loaded, one) for one in (sale, resting)] == [None, limit_code(limit)]
    driver.see_book(book_at(1_000_00))
    driver.advance(market=1_000_00, time=milliseconds(NOW) + 1)
    assert (driver.state.value, driver.reason, loaded.engine.account.total("BTC")) == ("stopped", "", 0)


def limit_code(limit: str) -> str:
    """Return the code of a limit."""
    return {"orders_per_second": "ORDER_RATE"}.get(limit, limit.upper())


def at_market(side: Side, steps: int) -> OrderRequest:
    """Return an order at the market."""
    return OrderRequest(client_order_id="new", side=side, type=OrderType.MARKET, quantity=steps)


def code_of(gates: Gates, loaded: LoadedSubAccount, request: OrderRequest) -> str | None:
    """Return the code that refuses an order while the market is at 1,000; None where it passes."""
    refusal = gates.gate_of(loaded.row)(loaded.instruments[SYMBOL], request, 1_000_00, milliseconds(NOW))
    return None if refusal is None else str(refusal.code)

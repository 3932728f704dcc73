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
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of, load, store, strategy_of
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


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"position_size": 1000}, "POSITION_SIZE"),
        ({"open_orders": 1}, "OPEN_ORDERS"),
        ({"orders_per_second": 1}, "ORDER_RATE"),
    ],
)
def test_what_one_orders_counts_for_the_others_in_memory_at_once(limits: dict[str, int], code: str) -> None:
    account = limited_account(**limits)
    first, second, _ = funded_strategies(account)
    gates, loaded = worker_gates(first, second)
    placed(gates, loaded[first.pk], "first")
    assert code_of(gates, loaded[second.pk], buy("second")) == code


def test_what_one_loses_counts_for_the_others_in_memory_at_once() -> None:
    first, second, _ = funded_strategies(limited_account(daily_loss=5))
    gates, loaded = worker_gates(first, second)
    assert code_of(gates, loaded[second.pk], buy("before")) is None
    engine = loaded[first.pk].engine
    for side, price in ((Side.BUY, 1_000_00), (Side.SELL, 900_00)):
        engine.see_book(SYMBOL, book_at(price))
        engine.place(SYMBOL, at_market(side, 900), market=price, time=milliseconds(NOW))
        engine.take_new(SYMBOL, market=price, time=milliseconds(NOW) + 1)
    assert engine.account.realised < -5 * ONE
    assert code_of(gates, loaded[second.pk], buy("after")) == "DAILY_LOSS"


def test_who_is_not_in_memory_counts_by_the_rows_and_who_comes_there_counts_once() -> None:
    account = limited_account(open_orders=3)
    order_place(hand_of(account), "by hand", Side.BUY, Decimal(900), milliseconds(NOW))
    first, second, third = funded_strategies(account)
    gates, loaded = worker_gates(first, second)
    placed(gates, loaded[first.pk], "first")
    loaded |= more_loaded(gates, third)
    assert code_of(gates, loaded[second.pk], buy("second")) is None
    placed(gates, loaded[third.pk], "third")
    assert code_of(gates, loaded[second.pk], buy("second")) == "OPEN_ORDERS"
    store(*loaded.values())
    gates.read_again(loaded.values(), now=NOW + timedelta(seconds=1))
    assert code_of(gates, loaded[second.pk], buy("second")) == "OPEN_ORDERS"
    loaded[third.pk].engine.cancel("third", time=milliseconds(NOW))
    assert code_of(gates, loaded[second.pk], buy("second")) is None


def test_who_is_loaded_anew_sends_again_what_was_never_stored_and_others_count_on() -> None:
    first, second, _ = funded_strategies(limited_account(orders_per_second=2))
    gates, loaded = worker_gates(first, second)
    for one in (first, second):
        placed(gates, loaded[one.pk], f"of {one.pk}")
    assert code_of(gates, loaded[first.pk], buy("third")) == "ORDER_RATE"
    again = more_loaded(gates, first)[first.pk]
    placed(gates, again, "again")
    assert code_of(gates, again, buy("third")) == "ORDER_RATE"


def test_who_was_ended_by_another_counts_no_more_with_what_it_gave_back() -> None:
    account = limited_account(position_size=1000)
    first, second, _ = funded_strategies(account)
    gates, loaded = worker_gates(first, second)
    placed(gates, loaded[first.pk], "first")
    assert code_of(gates, loaded[second.pk], buy("second")) == "POSITION_SIZE"
    gates.forget({first.pk})
    assert code_of(gates, loaded[second.pk], buy("second")) is None


def limited_account(**limits: int) -> TradingAccount:
    """Return an account with these limits."""
    symbol_listed()
    account = account_of()
    RiskLimits.objects.create(account=account, **limits)
    return account


def funded_strategies(account: TradingAccount) -> list[SubAccount]:
    """Return three strategies of 1,000 USDT each."""
    rows = [strategy_of(account, parameters={"fast": 3, "slow": slow}) for slow in (8, 9, 10)]
    for row in rows:
        loaded = load(row)
        loaded.engine.transfer_in(TransferredHoldings(quote=1000 * ONE))
        store(loaded)
    return rows


def worker_gates(*rows: SubAccount) -> tuple[Gates, dict[int, LoadedSubAccount]]:
    """Return gates of who holds all that trades, and these as they are in memory."""
    gates = Gates(NOW, holds_all=True)
    return gates, more_loaded(gates, *rows)


def more_loaded(gates: Gates, *rows: SubAccount) -> dict[int, LoadedSubAccount]:
    """Return sub-accounts that were just loaded, beside what is in memory already."""
    loaded = sub_accounts_load([row.pk for row in rows], lock=False, gate_of=gates.gate_of)
    gates.read(loaded.values())
    return loaded


def placed(gates: Gates, loaded: LoadedSubAccount, name: str) -> None:
    """Let one place an order that its gate lets pass; nothing of it is stored."""
    assert code_of(gates, loaded, buy(name)) is None
    order = loaded.engine.place(SYMBOL, buy(name), market=1_000_00, time=milliseconds(NOW))
    assert order.refusal is None


def buy(name: str) -> OrderRequest:
    """Return an order that is worth 900 USDT."""
    return limit_order(name, Side.BUY, 1_000_00, 900)


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

"""How many orders of a symbol an account may have open: its hand, its grids and its strategies together."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side
from streaming.market.models import Symbol
from streaming.times import milliseconds
from tests.trading.asking import Desk, Refused
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of, load, store, strategy_of
from tests.trading.live.worked_market import order_place
from tests.trading.market import SYMBOL, symbol_listed
from trading.engine.amounts import ONE
from trading.engine.grid.state import GridState
from trading.engine.live.state import TransferredHoldings
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import RiskCode, RiskRefusal
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.rows.loading import sub_accounts_load
from trading.models import Grid, SubAccount
from trading.risk.gates import Gates
from trading.risk.symbol_orders import orders_counted_of_rows

BUY: dict[str, Any] = {"symbol": SYMBOL, "side": "buy", "type": "limit", "quantity": "0.001", "price": "94000"}
GRID: dict[str, Any] = {"pair": SYMBOL, "lower_price": 90000, "upper_price": 100000, "grid_count": 4}
FOUR_GAPS = GridParameters(lower_price=Decimal(980), upper_price=Decimal(1020), grid_count=4)


def too_many(most: int, counted: int) -> Refused:
    """Return what is said of an order where so many are counted."""
    said = f"{SYMBOL} allows {most} open orders of an account; {counted} are open, or kept for grids"
    return "CONFLICT", f"{said} (MAXIMUM_ORDERS)", {}


async def test_orders_by_hand_leave_the_room_of_grids_and_take_it_once_these_stop(desk: Desk) -> None:
    trader, other = await desk.user("trader"), await desk.user("other")
    await Symbol.objects.filter(name=SYMBOL).aupdate(maximum_orders=5)
    made = (await desk.give(trader, "grid.start", GRID)).data["grid_id"]
    assert (await desk.give(trader, "order.place", BUY)).refusal is None
    assert (await desk.give(trader, "order.place", BUY)).refusal == too_many(5, 5)
    assert (await desk.ask(trader, "POST", "orders/", BUY)).refusal == too_many(5, 5)
    [told] = (await desk.give(trader, "order.preview", BUY)).data["refusals"]
    assert (told["code"], told["message"], told["fields"]) == too_many(5, 5)
    at_market = {"symbol": SYMBOL, "side": "buy", "type": "market", "quantity": "0.001"}
    assert (await desk.give(trader, "order.place", at_market)).refusal is None, "it never rests"
    assert (await desk.give(other, "order.place", BUY)).refusal is None, "another account has its own"
    await desk.give(trader, "grid.stop", {"id": made})
    assert (await desk.give(trader, "order.place", BUY)).refusal is None


async def test_a_grid_starts_and_grows_only_where_the_account_has_room_for_all_its_orders(desk: Desk) -> None:
    trader = await desk.user("trader")
    await Symbol.objects.filter(name=SYMBOL).aupdate(maximum_orders=9)
    for _ in range(2):
        await desk.give(trader, "order.place", BUY)
    made = (await desk.give(trader, "grid.start", GRID)).data["grid_id"]
    code, said, _ = too_many(9, 6)
    refused: Refused = (code, f"grid_count is too large: {said}", {})
    assert (await desk.give(trader, "grid.start", GRID)).refusal == refused
    assert await desk.ask(trader, "POST", "grids/", GRID) == await desk.give(trader, "grid.start", GRID)
    assert await Grid.objects.acount() == 1
    shown = (await desk.give(trader, "grid.preview", GRID)).data["warnings"]
    assert [(one["code"], one["field"]) for one in shown if one["code"] == "MAXIMUM_ORDERS"] == [
        ("MAXIMUM_ORDERS", "grid_count")
    ]
    await Grid.objects.aupdate(state=GridState.WAITING_TRIGGER.value)
    grown = await desk.give(trader, "grid.update_params", {"id": made, "params": {"grid_count": 8}})
    code, said, _ = too_many(9, 2)
    assert grown.refusal == (code, f"grid_count is too large: {said}", {})
    grown = await desk.give(trader, "grid.update_params", {"id": made, "params": {"grid_count": 7}})
    assert grown.refusal is None


@pytest.mark.django_db
def test_a_grid_always_has_room_for_its_gaps_and_for_more_only_where_others_leave_it() -> None:
    symbol_listed(maximum_orders=9)
    account = account_of()
    hand, grid, strategy = hand_of(account), grid_of(account, FOUR_GAPS), strategy_of(account)
    for name in "abc":
        order_place(hand, name, Side.BUY, Decimal(100), milliseconds(NOW))
    funded = load(strategy)
    funded.engine.transfer_in(TransferredHoldings(quote=1000 * ONE))
    store(funded)
    counted: list[tuple[RiskRefusal | None, ...]] = []
    for resting in "defgh":
        order_place(grid, resting, Side.BUY, Decimal(100), milliseconds(NOW))
        counted.append(tuple(asked(grid, rows) for rows in ([grid], [hand, grid, strategy])))
    assert counted == [(None, None)] * 5, "three by hand, five of the grid: one more is allowed"
    order_place(strategy, "i", Side.BUY, Decimal(100), milliseconds(NOW))
    full = RiskRefusal(RiskCode.MAXIMUM_ORDERS, too_many(9, 9)[1].removesuffix(" (MAXIMUM_ORDERS)"))
    for one in (hand, grid, strategy):
        assert (asked(one, [one]), asked(one, [hand, grid, strategy])) == (full, full)
    assert orders_counted_of_rows(account.pk, SYMBOL) == 9
    assert orders_counted_of_rows(account.pk, SYMBOL, unasked=[grid.pk]) == 4
    assert orders_counted_of_rows(account.pk, "ETHUSDT") == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "kept"),
    [(state, 0 if state in {GridState.STOPPING, GridState.STOPPED} else 4) for state in GridState],
)
def test_room_is_kept_for_a_grid_until_it_places_nothing_more(state: GridState, kept: int) -> None:
    symbol_listed()
    account = account_of()
    grid_of(account, FOUR_GAPS)
    Grid.objects.update(state=state.value, ended_at=NOW if state is GridState.STOPPED else None)
    assert orders_counted_of_rows(account.pk, SYMBOL) == kept


def asked(row: SubAccount, held: list[SubAccount]) -> RiskRefusal | None:
    """Return what a gate says of a limit order, where these are in memory: all that trade, or one beside the rows."""
    gates = Gates(NOW, holds_all=len(held) > 1)
    loaded = sub_accounts_load([one.pk for one in held], lock=False, gate_of=gates.gate_of)
    gates.read(loaded.values())
    instrument = loaded[row.pk].instruments[SYMBOL]
    request = OrderRequest(client_order_id="new", side=Side.BUY, type=OrderType.LIMIT, quantity=1, price=100_00)
    return gates.gate_of(row)(instrument, request, 100_00, milliseconds(NOW))

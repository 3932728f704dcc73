"""A grid on a live market: how its parameters are changed while it runs."""

from decimal import Decimal
from typing import Any

import pytest

from tests.trading.engine.live.rigs import GridRig, check_identity
from trading.engine.amounts import amount_of
from trading.engine.grid.state import GridState
from trading.engine.live.grids.changing import GridNotChangeableError
from trading.engine.live.triggers import Reach
from trading.engine.strategies.errors import CannotTradeError

VECTOR = {"lower_price": 90_000, "upper_price": 100_000, "grid_count": 10}
BEGUN = [("buy", 90_000 + 1000 * at) for at in range(5)] + [("sell", 96_000 + 1000 * at) for at in range(5)]


def test_new_ends_change_no_order() -> None:
    rig = GridRig(VECTOR).begin()
    told = len(rig.told)
    update = rig.driver.update(rig.change(stop_loss="89000"), market=rig.price, time=rig.time)
    assert (update.rebuilt, update.cancelled, update.updated) == (False, 0, {"stop_loss": (None, Decimal(89_000))})
    rig.advance()
    assert len(rig.told) == told
    rig.trade(89_000_00)
    assert rig.driver.state is GridState.STOPPED


def test_new_lines_keep_what_is_held_and_the_orders_that_they_still_want() -> None:
    rig = GridRig({**VECTOR, "order_size": "0.001"}).begin()
    held = rig.sub_account.account.total("BTC")
    update = rig.driver.update(rig.change(upper_price=99_000, grid_count=9), market=rig.price, time=rig.time)
    assert (update.rebuilt, update.cancelled) == (True, 1)
    assert update.updated == {
        "upper_price": (Decimal(100_000), Decimal(99_000)),
        "grid_count": (10, 9),
    }
    rig.advance()
    assert (rig.resting, rig.sub_account.account.total("BTC")) == (BEGUN[:-1], held)
    names = {order.request.client_order_id for _, order in rig.sub_account.open_orders}
    assert {"grid_a-0-buy-1", "grid_a-8-sell-1"} <= names


def test_lines_moved_under_the_price_sell_nothing_at_once() -> None:
    rig = GridRig(VECTOR).begin()
    held = rig.sub_account.account.total("BTC")
    rig.driver.update(rig.change(lower_price=84_000, upper_price=94_000), market=rig.price, time=rig.time)
    rig.advance()
    assert rig.sub_account.account.total("BTC") == held
    assert rig.resting == [("buy", price) for price in range(84_000, 94_000, 1_000)]
    check_identity(rig.sub_account, rig.price)


def test_a_raised_investment_makes_the_orders_larger_and_a_lowered_one_is_given_back() -> None:
    rig = GridRig({**VECTOR, "investment": 5_000}, quote="5000").begin()
    size = rig.driver.memory().order_steps
    update = rig.driver.update(rig.change(investment=3_000), market=rig.price, time=rig.time)
    assert (update.returnable, update.rebuilt) == (amount_of(Decimal(2000)), True)
    rig.sub_account.transfer_out(update.returnable)
    rig.advance()
    less = rig.driver.memory().order_steps
    assert less < size
    assert len(rig.resting) == 10
    check_identity(rig.sub_account, rig.price)
    rig.sub_account.transfer_in(type(rig.sub_account.transfer_out(0))(quote=amount_of(Decimal(4_000))))
    rig.driver.update(rig.change(investment=7_000), market=rig.price, time=rig.time)
    rig.advance()
    assert rig.driver.memory().order_steps > size
    check_identity(rig.sub_account, rig.price)


def test_an_investment_in_the_place_of_an_order_size_gives_back_what_was_moved_in_beyond_it() -> None:
    rig = GridRig({**VECTOR, "order_size": "0.01"}, quote="15000").begin()
    update = rig.driver.update(rig.change(order_size=None, investment=9_000), market=rig.price, time=rig.time)
    assert (update.returnable, update.rebuilt) == (amount_of(Decimal(6_000)), True)
    rig.sub_account.transfer_out(update.returnable)
    update = rig.driver.update(rig.change(order_size="0.005", investment=None), market=rig.price, time=rig.time)
    assert update.returnable == 0
    check_identity(rig.sub_account, rig.price)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"order_size": 1, "investment": None}, "order_size is too large: .* USDT more would be needed"),
        ({"investment": 100}, "USDT of the investment are held in BTC"),
    ],
)
def test_a_change_that_can_t_be_changes_nothing(changes: dict[str, Any], message: str) -> None:
    rig = GridRig({**VECTOR, "investment": 10_000}).begin()
    before = rig.sub_account.state(), rig.driver.memory()
    with pytest.raises(CannotTradeError, match=message):
        rig.driver.update(rig.change(**changes), market=rig.price, time=rig.time)
    assert (rig.sub_account.state(), rig.driver.memory()) == before


def test_a_grid_that_is_stopping_is_changed_no_more() -> None:
    rig = GridRig(VECTOR).begin()
    rig.driver.stop(time=rig.time)
    with pytest.raises(GridNotChangeableError, match="a grid that is stopping can't be changed"):
        rig.driver.update(rig.change(grid_count=5), market=rig.price, time=rig.time)


def test_another_trigger_is_waited_for_and_none_begins_it() -> None:
    rig = GridRig({**VECTOR, "trigger_price": 94_000}).begin()
    rig.driver.update(rig.change(trigger_price=96_000), market=rig.price, time=rig.time)
    assert rig.driver.reach() == Reach(above=96_000_00)
    rig.driver.update(rig.change(trigger_price=None), market=rig.price, time=rig.time)
    rig.advance()
    assert (rig.driver.state, rig.resting) == (GridState.RUNNING, BEGUN)

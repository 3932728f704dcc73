"""A grid on a live market: how it is stopped, fails and is begun anew, and when to have no orders is an alarm."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.trading.engine.instruments import BTC
from tests.trading.engine.live.rigs import GridRig, check_identity
from trading.engine.grid.state import GridState, IllegalGridStepError
from trading.engine.matching.events import OrderEventKind
from trading.engine.risk.gate import RiskCode, RiskRefusal

VECTOR = {"lower_price": 90_000, "upper_price": 100_000, "grid_count": 10}
STEP = 1_000_00


def test_a_stop_cancels_its_orders_and_leaves_what_it_holds() -> None:
    rig = GridRig(VECTOR).begin()
    assert rig.driver.stop(time=rig.time) == 10
    assert (rig.driver.state, rig.resting) == (GridState.STOPPING, [])
    rig.store_and_restore()
    rig.advance()
    assert rig.driver.state is GridState.STOPPED
    held = rig.sub_account.account.total("BTC")
    moved = rig.sub_account.transfer_out_all()
    assert sum(lot.amount for lot in moved.lots["BTC"]) == held > 0
    with pytest.raises(IllegalGridStepError, match="a grid that is stopped can't stop; it can nothing"):
        rig.driver.stop(time=rig.time)


def test_a_stop_that_closes_sells_what_it_holds_at_the_market() -> None:
    rig = GridRig(VECTOR).begin()
    rig.driver.stop(time=rig.time, close_position=True)
    rig.store_and_restore()
    rig.advance()
    assert (rig.driver.state, rig.sub_account.account.total("BTC")) == (GridState.STOPPED, 0)
    assert rig.told[-1].order.request.client_order_id == "grid_a-close-2"
    check_identity(rig.sub_account, rig.price)


def test_a_stop_that_cancels_nothing_ends_once_its_last_order_has() -> None:
    rig = GridRig({**VECTOR, "grid_count": 2}).begin()
    assert rig.driver.stop(time=rig.time, cancel_orders=False) == 0
    rig.trade(90_000_00)
    rig.advance()
    assert (rig.driver.state, rig.resting) == (GridState.STOPPING, [("sell", 100_000)])
    rig.trade(100_000_00)
    assert (rig.driver.state, rig.resting) == (GridState.STOPPED, [])


def test_what_is_stopping_already_can_be_told_to_sell_what_it_holds() -> None:
    rig = GridRig(VECTOR).begin()
    rig.driver.stop(time=rig.time, cancel_orders=False)
    assert rig.driver.sell_before_end(time=rig.time) == 10
    rig.store_and_restore()
    rig.advance()
    assert (rig.driver.state, rig.sub_account.account.total("BTC")) == (GridState.STOPPED, 0)
    check_identity(rig.sub_account, rig.price)


def test_what_is_too_little_to_be_sold_is_left_and_told() -> None:
    rig = GridRig({**VECTOR, "order_size": "0.001"}, instrument=replace(BTC, minimum_notional=Decimal(50))).begin()
    for price in range(96_000_00, 101_000_00, STEP):
        rig.trade(price)
    rig.trade(99_000_00, 20)
    rig.driver.stop(time=rig.time, close_position=True)
    rig.advance()
    assert rig.driver.state is GridState.STOPPED
    assert rig.driver.reason == "what is held could not be sold: the order is worth 19.8 USDT; the least is 50"


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"minimum_notional": Decimal(10)}, "at least 10 USDT"),
        ({"minimum_quantity": Decimal("0.0001")}, "at least 0.0001 BTC"),
        ({"minimum_quantity": Decimal("0.0001"), "minimum_notional": Decimal(1)}, "at least 0.0001 BTC and 1 USDT"),
        ({"maximum_quantity": Decimal("0.00004")}, "at most 0.00004 BTC"),
    ],
)
def test_a_grid_that_can_t_begin_says_why_and_can_be_restarted(bounds: dict[str, Any], said: str) -> None:
    rig = GridRig({**VECTOR, "investment": 50}, instrument=replace(BTC, **bounds)).begin()
    assert rig.driver.state is GridState.ERROR
    assert rig.driver.reason == f"the grid's orders would be of 0.00005 BTC, and must be of {said} each"
    rig.driver.restart(time=rig.time)
    rig.note()
    assert rig.states[-1] == "starting"


def test_a_grid_that_failed_begins_anew_with_what_it_holds() -> None:
    rig = GridRig(VECTOR).begin()
    rig.trade(92_000_00)
    held = rig.sub_account.account.total("BTC")
    rig.driver.fail("a fault", time=rig.time)
    assert rig.resting == []
    rig.driver.restart(time=rig.time)
    rig.store_and_restore()
    rig.advance()
    assert (rig.driver.state, len(rig.resting)) == (GridState.RUNNING, 10)
    assert rig.sub_account.account.total("BTC") == held
    names = [event.order.request.client_order_id for event in rig.told if event.kind is OrderEventKind.ACCEPTED]
    assert len(set(names)) == len(names)


def test_a_grid_whose_market_is_gone_gives_up_selling_where_it_is_stopped_again() -> None:
    rig = GridRig(VECTOR).begin()
    held = rig.sub_account.account.total("BTC")
    assert rig.driver.stop(time=rig.time, close_position=True) == 10
    assert rig.driver.memory().closes
    with pytest.raises(IllegalGridStepError):
        rig.driver.stop(time=rig.time, close_position=True)
    assert rig.driver.stop(time=rig.time) == 0
    with pytest.raises(IllegalGridStepError):
        rig.driver.stop(time=rig.time)
    rig.driver.advance(market=0, time=rig.time)
    assert (rig.driver.state, rig.sub_account.account.total("BTC")) == (GridState.STOPPED, held)


@pytest.mark.parametrize(
    ("code", "is_alarm"), [(RiskCode.DAILY_LOSS, True), (RiskCode.REDUCE_ONLY, False), (RiskCode.HALTED, False)]
)
def test_a_grid_in_range_without_orders_is_an_alarm_but_for_the_kill_switch(code: RiskCode, *, is_alarm: bool) -> None:
    """Got wrong elsewhere: a grid that stalls for hours without a line in the log."""
    refusing: list[bool] = []

    def gate(*_: object, is_counted: bool = False) -> RiskRefusal | None:
        return RiskRefusal(code, "not now") if refusing else None

    rig = GridRig(VECTOR, gate=gate).begin()
    refusing.append(True)
    for name in [order.request.client_order_id for _, order in rig.sub_account.open_orders]:
        rig.driver.cancel(name, time=rig.time)
    rig.advance()
    assert rig.driver.figures(95_000_00).is_without_orders is is_alarm
    assert not rig.driver.figures(101_000_00).is_without_orders
    assert len(rig.driver.memory().unplaced) == 10

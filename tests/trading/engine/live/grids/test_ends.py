"""A grid on a live market: what ends it, how it is paused, and what a trade from before is worth."""

from collections.abc import Callable

import pytest

from tests.trading.engine.live.rigs import GridRig
from trading.engine.grid.state import GridState, IllegalGridStepError, PauseReason
from trading.engine.live.triggers import Reach

VECTOR = {"lower_price": 90_000, "upper_price": 100_000, "grid_count": 10}
BEGUN = [("buy", 90_000 + 1000 * at) for at in range(5)] + [("sell", 96_000 + 1000 * at) for at in range(5)]


@pytest.mark.parametrize(
    ("given", "path", "reason"),
    [
        ({"stop_loss": 89_500}, (91_000, 89_500), "the price is at the stop loss"),
        ({"take_profit": 100_500}, (99_000, 100_501), "the price is at the take profit"),
    ],
)
def test_it_ends_and_sells_where_its_end_is_touched(given: dict[str, int], path: tuple[int, ...], reason: str) -> None:
    rig = GridRig({**VECTOR, **given}).begin()
    reach = rig.driver.reach()
    assert reach.below is not None
    assert reach.above is not None
    for price in path:
        rig.trade(price * 100)
    assert (rig.driver.state, rig.driver.reason) == (GridState.STOPPED, reason)
    assert (rig.resting, rig.sub_account.account.total("BTC")) == ([], 0)
    assert rig.states[-2:] == ["stopping", "stopped"]


@pytest.mark.parametrize(
    ("price", "below", "above"), [(90_000, 89_500_00, 91_000_00), (100_000, 99_000_00, 100_500_00)]
)
def test_a_trade_at_its_end_reaches_it_where_no_order_of_it_rests_so_far_out(
    price: int, below: int, above: int
) -> None:
    rig = GridRig({**VECTOR, "stop_loss": 89_500, "take_profit": 100_500}).begin()
    rig.trade(price * 100)
    assert rig.driver.reach() == Reach(below, above)


def _see_trade_of(rig: GridRig, price: int, time: int) -> GridState:
    """Let it see a trade of its own time, stored and restored before; return the state that it comes to."""
    rig.store_and_restore()
    rig.driver.see_trade(price=price * 100, quantity=1, time=time)
    return rig.driver.state


def test_a_trade_from_before_its_start_does_not_begin_it() -> None:
    rig = GridRig({**VECTOR, "trigger_price": 94_000})
    rig.driver.start(market=rig.price, time=500)
    assert _see_trade_of(rig, 93_000, 499) is GridState.WAITING_TRIGGER
    assert _see_trade_of(rig, 93_000, 500) is GridState.RUNNING


def _start(rig: GridRig) -> None:
    """Do nothing more: it was started."""


def _change(rig: GridRig) -> None:
    rig.time = 2_000
    rig.driver.update(rig.change(stop_loss="89600"), market=rig.price, time=rig.time)


def _resume(rig: GridRig) -> None:
    rig.driver.pause(PauseReason.USER, time=1_500)
    rig.time = 2_000
    rig.driver.resume(market=rig.price, time=rig.time)


def _restart(rig: GridRig) -> None:
    rig.driver.fail("a fault", time=1_500)
    rig.time = 1_999
    rig.driver.restart(time=2_000)
    rig.advance()


@pytest.mark.parametrize(("do", "since"), [(_start, 1_000), (_change, 2_000), (_resume, 2_000), (_restart, 2_000)])
def test_a_trade_from_before_it_was_told_anything_does_not_end_it(do: Callable[[GridRig], None], since: int) -> None:
    rig = GridRig({**VECTOR, "stop_loss": 89_500}).begin()
    do(rig)
    assert _see_trade_of(rig, 89_000, since - 1) is GridState.RUNNING
    assert _see_trade_of(rig, 89_000, since) is GridState.STOPPED


def test_a_trade_made_while_the_exchange_was_away_ends_it() -> None:
    rig = GridRig({**VECTOR, "stop_loss": 89_500}).begin()
    rig.driver.pause(PauseReason.EXCHANGE_DOWN, time=1_500)
    rig.driver.resume(market=rig.price, time=2_000)
    assert _see_trade_of(rig, 89_000, 1_700) is GridState.STOPPED


@pytest.mark.parametrize("price", [89_500, 100_500])
def test_a_trade_that_comes_while_the_exchange_is_away_ends_it(price: int) -> None:
    rig = GridRig({**VECTOR, "stop_loss": 89_500, "take_profit": 100_500}).begin()
    rig.driver.pause(PauseReason.EXCHANGE_DOWN, time=rig.time)
    rig.store_and_restore()
    rig.trade(90_000_00)
    rig.trade(100_000_00)
    assert (rig.driver.state, rig.driver.reach()) == (GridState.PAUSED, Reach(99_000_00, 100_500_00))
    rig.trade(price * 100)
    assert (rig.driver.state, rig.sub_account.account.total("BTC")) == (GridState.STOPPED, 0)


@pytest.mark.parametrize(("trigger", "reach"), [(94_000, Reach(below=94_000_00)), (96_000, Reach(above=96_000_00))])
def test_a_trade_that_comes_while_the_exchange_is_away_begins_it(trigger: int, reach: Reach) -> None:
    rig = GridRig({**VECTOR, "trigger_price": trigger})
    rig.driver.start(market=rig.price, time=rig.time)
    rig.driver.pause(PauseReason.EXCHANGE_DOWN, time=rig.time)
    rig.store_and_restore()
    rig.trade(95_000_00)
    assert (rig.driver.state, rig.driver.reach()) == (GridState.PAUSED, reach)
    rig.trade(trigger * 100)
    assert (rig.driver.state, len(rig.resting)) == (GridState.RUNNING, 10)


@pytest.mark.parametrize("reason", [PauseReason.USER, PauseReason.KILL_SWITCH])
def test_a_pause_cancels_its_orders_and_it_goes_on_as_it_was(reason: PauseReason) -> None:
    rig = GridRig(VECTOR).begin()
    rig.trade(94_000_00)
    before = rig.resting
    rig.driver.pause(reason, time=rig.time)
    rig.note()
    assert (rig.resting, rig.driver.state, rig.driver.reason) == ([], GridState.PAUSED, reason.value)
    rig.store_and_restore()
    rig.trade(92_000_00)
    assert rig.resting == []
    assert rig.driver.reach() == Reach()
    with pytest.raises(IllegalGridStepError):
        rig.driver.pause(reason, time=rig.time)
    rig.price = 94_000_00
    rig.driver.resume(market=rig.price, time=rig.time)
    assert (rig.resting, rig.driver.state) == (before, GridState.RUNNING)


def test_while_the_exchange_is_down_orders_stay_and_what_was_missed_is_filled_in_its_order() -> None:
    rig = GridRig(VECTOR).begin()
    rig.driver.pause(PauseReason.EXCHANGE_DOWN, time=rig.time)
    assert (rig.resting, rig.driver.reason) == (BEGUN, "exchange_down")
    rig.store_and_restore()
    rig.driver.resume(market=rig.price, time=rig.time)
    rig.trade(94_000_00)
    assert ("sell", 95_000) in rig.resting


def test_a_kill_switch_over_another_pause_holds_and_an_exchange_that_is_down_does_not_undo_it() -> None:
    rig = GridRig(VECTOR).begin()
    rig.driver.pause(PauseReason.EXCHANGE_DOWN, time=1)
    rig.driver.pause(PauseReason.KILL_SWITCH, time=2)
    rig.driver.pause(PauseReason.EXCHANGE_DOWN, time=3)
    assert (rig.resting, rig.driver.reason) == ([], "kill_switch")


@pytest.mark.parametrize("trigger", [None, 94_000])
def test_a_pause_before_it_runs_leads_back_to_where_it_was(trigger: int | None) -> None:
    rig = GridRig({**VECTOR, "trigger_price": trigger})
    rig.driver.start(market=rig.price, time=1)
    before = rig.driver.state
    rig.driver.pause(PauseReason.USER, time=2)
    rig.store_and_restore()
    rig.driver.resume(market=rig.price, time=3)
    assert rig.driver.state is before
    rig.advance()
    assert rig.driver.state is (GridState.WAITING_TRIGGER if trigger else GridState.RUNNING)

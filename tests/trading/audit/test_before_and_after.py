"""What the audit says of each thing that is done: how it was before, and how it is after."""

import json
from typing import Any

from accounts.models import User
from tests.trading.asking import Desk
from trading.models import AuditEntry

BUY = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.010", "price": "94000"}
GRID = {"pair": "BTCUSDT", "upper_price": 100000, "lower_price": 90000, "grid_count": 10, "investment": 20000}
HALT = {"action": "activate", "scope": "user", "reason": "enough"}


async def _said(desk: Desk, user: User, action: str, params: dict[str, Any] | None = None) -> tuple[Any, Any]:
    """Give a command; return what the newest row of the audit says of before and after, None for nothing."""
    answered = await desk.give(user, action, params)
    assert answered.refusal is None
    entry = await AuditEntry.objects.alatest("number")
    assert entry.action.startswith(action)
    return tuple(json.loads(text) if text else None for text in (entry.before, entry.after))  # type: ignore[return-value]


async def test_it_says_of_an_order_that_was_placed_and_cancelled(desk: Desk) -> None:
    trader = await desk.user("trader")
    before, placed = await _said(desk, trader, "order.place", {**BUY, "client_order_id": "one"})
    assert (before, placed["state"], placed["price"]) == (None, "accepted", "94000.00")
    before, after = await _said(desk, trader, "order.cancel", {"client_order_id": "one"})
    assert before == placed
    assert after == {**placed, "state": "cancelled"}


async def test_it_says_of_each_order_that_was_cancelled_with_others(desk: Desk) -> None:
    trader = await desk.user("trader")
    ids = [(await desk.give(trader, "order.place", BUY)).data["id"] for _ in range(2)]
    before, after = await _said(desk, trader, "order.cancel_all")
    assert before == {"orders": dict.fromkeys(ids, "accepted")}
    assert after == {"orders": dict.fromkeys(ids, "cancelled")}


async def test_it_says_when_the_dead_mans_switch_was_to_cancel(desk: Desk) -> None:
    trader = await desk.user("trader")
    before, armed = await _said(desk, trader, "order.cancel_all_after", {"seconds": 60})
    assert before == {"cancel_all_at": None}
    assert armed["cancel_all_at"] is not None
    assert await _said(desk, trader, "order.cancel_all_after", {"seconds": 0}) == (armed, {"cancel_all_at": None})


async def test_it_says_what_an_account_held_before_it_began_anew(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "order.place", BUY)
    before, after = await _said(desk, trader, "account.reset")
    assert (before["resets"], after["resets"], after["orders_cancelled"]) == (0, 1, 1)
    locked = before["hands"]["USDT"]["balances"]["USDT"]["locked"]
    assert float(locked) > 940
    assert after["hands"]["USDT"] == {
        "deposited": "100000",
        "realised": "0",
        "fees": "0",
        "balances": {"USDT": {"free": "100000", "locked": "0"}},
    }


async def test_it_says_of_limits_which_there_were(desk: Desk) -> None:
    trader = await desk.user("trader")
    before, after = await _said(desk, trader, "account.set_limits", {"order_size": "1000.5"})
    assert (before["order_size"], after["order_size"]) == (None, "1000.5")


async def test_it_says_of_each_step_of_a_grid(desk: Desk) -> None:
    trader = await desk.user("trader")
    before, started = await _said(desk, trader, "grid.start", {**GRID, "trigger_price": 94000})
    waits = {"state": "waiting_trigger"}
    assert (before, {"state": started["state"]}, started["symbol"]) == (None, waits, "BTCUSDT")
    grid = {"id": (await desk.give(trader, "grid.list")).data["items"][0]["id"]}
    assert await _said(desk, trader, "grid.pause", grid) == (waits, {"state": "paused"})
    assert await _said(desk, trader, "grid.resume", grid) == ({"state": "paused"}, waits)
    before, after = await _said(desk, trader, "grid.update_params", {**grid, "params": {"grid_count": 12}})
    assert (before["grid_count"], after["grid_count"]) == (10, 12)
    before, after = await _said(desk, trader, "grid.stop", {**grid, "cancel_orders": True})
    assert before == waits
    assert after == {"state": "stopping", "cancel_orders": True, "close_position": False}


async def test_it_says_of_the_kill_switch_what_was_allowed_and_what_was_stopped(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "grid.start", GRID)
    _, affected = await _said(desk, trader, "system.kill_switch", HALT)
    assert (affected["scope"], affected["grids_stopped"], affected["not_stopped"]) == ("user", 1, [])
    thrown = await AuditEntry.objects.aget(action="system.kill_switch.activate")
    assert json.loads(thrown.before) == {"level": "active"}
    freed = {**HALT, "action": "deactivate"}
    assert await _said(desk, trader, "system.kill_switch", freed) == (
        {"level": "halted"},
        {"level": "active", "scope": "user"},
    )

"""docs/protocol/commands.md, orders, grids, accounts: over sockets, against gateways and a trading worker that run.

The examples of control-protocol.md as they are printed there; then, in each dialect, orders and grids by their states.
"""

import json
from decimal import Decimal

import pytest

from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import CONTROL, Dialect
from tests.conformance.commands.trader import Trader
from tests.conformance.people import OTHER
from tests.conformance.places import Place
from tests.conformance.rows import row

pytestmark = pytest.mark.usefixtures("trading_worker")

_START = (
    '{"type":"command","id":"cmd_001","timestamp":1703836800000,"action":"grid.start",'
    '"params":{"pair":"BTC-USDC","upper_price":%d,"lower_price":90000,"grid_count":10}}'
)
"""As control-protocol.md has it."""
_REFUSED = {"code": "VALIDATION_ERROR", "message": "upper_price must be greater than lower_price"}
_SYMBOL = "BTCUSDT"
_NOTHING = {"grids_stopped": 0, "strategies_stopped": 0, "orders_cancelled": 0}


@row("CM-35", "CM-57", "ZQ-16", "ZQ-20")
async def test_the_printed_examples_run_as_they_stand(place: Place) -> None:
    guest = place.people.guest()
    async with speak(place, CONTROL, guest) as client:
        await client.send(_START % 80000)
        refused = await client.next_of("response")
        assert {name: refused["error"][name] for name in _REFUSED} == _REFUSED
        assert (refused["id"], refused["success"]) == ("cmd_001", False)
        await client.send(_START % 100000)
        started = await client.next_of("response")
        assert (started["id"], started["success"], started["data"]["status"]) == ("cmd_001", True, "starting")
        grid = started["data"]["grid_id"]
        channels = [f"grid.{grid}.*", "system.health", "system.log"]
        await client.send(json.dumps({"type": "subscribe", "channels": channels}))
        subscribed = await client.next_of("subscribed")
        assert subscribed["data"] == {"channels": channels, "active_subscriptions": 3}
        status = await client.event(f"grid.{grid}.status")
        named = "id current_price position active_buy_orders active_sell_orders realized_pnl unrealized_pnl"
        assert set(named.split()) <= set(status.data)
        await client.send(_START % 100000)
        assert (await client.next_of("response"))["data"] == started["data"]
        stopped = await client.command("grid.stop", {"id": grid, "cancel_orders": True}, "cmd_002")
        assert stopped["data"]["status"] == "stopping"
        assert (await Trader(client).happened(f"grid.{grid}.lifecycle", "stopped")).data["state"] == "stopped"
    async with speak(place, CONTROL, OTHER) as stranger:
        refusals = await stranger.ask(f"grid.{grid}.*")
        assert [refusal.code for refusal in refusals.values() if refusal] == ["forbidden"]
        missing = await stranger.command("grid.stop", {"id": grid})
        assert missing["error"]["code"] == "NOT_FOUND"


@row("CM-54", "CM-55", "CM-34", "CM-35", "CM-40", "CM-41", "CM-56", "CM-58", "CM-59")
@in_every_dialect
async def test_orders_and_grids_go_through_their_states(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect, place.people.guest()) as client:
        said = await client.ask("orders:me", "account:me", "grid.*", "system.log", "system.kill_switch")
        assert set(said.values()) == {None}
        trader = Trader(client)
        shown = await trader.done("grid.preview", pair=_SYMBOL, lower_price=1, upper_price=10**6, grid_count=2)
        await _orders_come_and_go(trader, shown["price"])
        await _a_grid_comes_and_goes(trader, shown["price"])
        await _the_kill_switch_stops_all(trader, shown["price"])


async def _orders_come_and_go(trader: Trader, price: Decimal) -> None:
    """New, filled; new, cancelled; new, expired; rejected."""
    bought = await trader.done("order.place", symbol=_SYMBOL, side="buy", type="market", quantity=0.01)
    assert (bought["status"], bought["filled"]) == ("new", 0)
    filled = await trader.order(bought["id"], "filled")
    assert (filled["filled"], filled["reason"]) == (Decimal("0.01"), None)
    low = _rounded(price * Decimal("0.9"))
    resting = await trader.done("order.place", symbol="BTC-USDT", side="buy", type="limit", quantity=0.01, price=low)
    assert (await trader.done("order.get", id=resting["id"]))["status"] == "new"
    assert (await trader.done("order.cancel", id=resting["id"]))["status"] == "cancelled"
    impatient = {"quantity": 0.01, "price": low, "time_in_force": "ioc"}
    placed = await trader.done("order.place", symbol=_SYMBOL, side="buy", type="limit", **impatient)
    await trader.order(placed["id"], "cancelled")
    reached = {"side": "sell", "type": "stop", "quantity": 0.01, "stop_price": _rounded(price * Decimal("1.1"))}
    refused = await trader.asked("order.place", symbol=_SYMBOL, **reached)
    assert (refused["error"]["code"], refused["error"]["message"][-15:]) == ("CONFLICT", "(WOULD_TRIGGER)")
    stop = reached | {"stop_price": low}
    await trader.done("order.place", symbol=_SYMBOL, **stop)
    assert (await trader.done("order.list", open=True))["total"] == 1
    assert (await trader.done("order.cancel_all_after", seconds=60))["at"] is not None
    assert (await trader.done("order.cancel_all_after", seconds=0)) == {"at": None}
    assert await trader.done("order.cancel_all", symbol=_SYMBOL) == {"cancelled": 1}
    assert (await trader.done("order.list", status="cancelled"))["items"][0]["reason"] == "cancel_all"


async def _a_grid_comes_and_goes(trader: Trader, price: Decimal) -> None:
    """Waiting for its trigger, stopping, stopped; starting, running, paused, running, stopping, stopped."""
    grid = {
        "pair": "BTC/USDT",
        "lower_price": _rounded(price * Decimal("0.9")),
        "upper_price": _rounded(price * Decimal("1.1")),
        "grid_count": 4,
    }
    waiting = await trader.done("grid.start", **grid, trigger_price=_rounded(price * Decimal("0.95")))
    assert waiting["status"] == "waiting_trigger"
    assert (await trader.done("grid.stop", id=waiting["grid_id"]))["orders_cancelled"] == 0
    await trader.happened(f"grid.{waiting['grid_id']}.lifecycle", "stopped")
    started = await trader.done("grid.start", **grid)
    assert (started["status"], started["lines"]) == ("starting", 5)
    name = started["grid_id"]
    running = await trader.happened(f"grid.{name}.lifecycle", "started")
    assert (running.data["state"], running.data["lines"]) == ("running", 5)
    assert (await trader.done("grid.pause", id=name)) == {"grid_id": name, "status": "paused"}
    assert (await trader.happened(f"grid.{name}.lifecycle", "paused")).data["reason"] == "user"
    assert (await trader.asked("grid.pause", id=name))["error"]["code"] == "CONFLICT"
    assert (await trader.done("grid.resume", id=name))["grid_id"] == name
    await trader.happened(f"grid.{name}.lifecycle", "resumed")
    changed = await trader.done("grid.update_params", id=name, params={"stop_loss": 1})
    assert changed == {"grid_id": name, "updated": {"stop_loss": [None, 1]}, "rebuilt": False}
    assert len((await trader.done("grid.get", id=name))["levels"]) == 4
    assert (await trader.done("grid.stop", id=name))["status"] == "stopping"
    await trader.happened(f"grid.{name}.lifecycle", "stopped")
    assert (await trader.asked("grid.stop", id=name))["error"]["code"] == "CONFLICT"
    assert (await trader.done("grid.list", live=True))["total"] == 0
    told = {
        (seen.channel.rpartition(".")[2], seen.event) for seen in trader.client.events() if f".{name}." in seen.channel
    }
    assert {("order", "placed"), ("order", "filled"), ("order", "cancelled"), ("trade", "executed")} <= told
    assert not [seen for seen in trader.client.events() if seen.is_of_a_gap]
    lines = [seen.data["message"] for seen in trader.client.events() if seen.channel == "system.log"]
    assert any(line.startswith("[FILL] BUY @ ") and " | Position: " in line for line in lines)


async def _the_kill_switch_stops_all(trader: Trader, price: Decimal) -> None:
    """Active, halted, active."""
    low = _rounded(price * Decimal("0.9"))
    limit = {"symbol": _SYMBOL, "side": "buy", "type": "limit", "quantity": 0.01, "price": low}
    await trader.done("order.place", **limit)
    thrown = await trader.done("system.kill_switch", action="activate", scope="user", reason="enough")
    assert thrown == {"state": "halted", "affected": _NOTHING | {"orders_cancelled": 1}}
    activated = await trader.happened("system.kill_switch", "activated")
    assert (activated.data["reason"], activated.data["affected"]) == ("enough", thrown["affected"])
    assert (await trader.asked("order.place", **limit))["error"]["code"] == "KILL_SWITCH_ACTIVE"
    assert (await trader.done("system.kill_switch_state"))["state"] == "halted"
    assert (await trader.done("account.get"))["trading"] == "halted"
    freed = await trader.done("system.kill_switch", action="deactivate", scope="user", reason="calm again")
    assert freed == {"state": "active", "affected": _NOTHING}
    assert (await trader.happened("system.kill_switch", "deactivated")).data["reason"] == "calm again"
    account = (await trader.done("account.list"))["items"][0]["account"]
    assert (await trader.done("account.set_limits", account=account, order_size=50))["order_size"] == 50
    over = await trader.asked("order.place", **limit)
    assert (over["error"]["code"], over["error"]["message"][-12:]) == ("CONFLICT", "(ORDER_SIZE)")
    assert (await trader.done("account.reset", account=account))["account"] == account


def _rounded(price: Decimal) -> Decimal:
    return price.quantize(Decimal(1))

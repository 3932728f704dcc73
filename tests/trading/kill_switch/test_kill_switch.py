"""The kill switch by command and by REST: what it blocks, stops and reports; who may throw it, and set free."""

from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission

from accounts.models import User
from tests.conformance.rows import row
from tests.trading.asking import Desk, Refused
from trading.events import Affected
from trading.events import KillSwitch as ToldKillSwitch
from trading.live.errors import StaleVersionError
from trading.live.events.outbox import OUTBOX
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.live.rows.storing import sub_accounts_store
from trading.models import AuditEntry, Balance, Grid, KillSwitch, Lot, Order, OutboxEvent, SubAccount

BUY: dict[str, Any] = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.010", "price": "94000"}
GRID = {"pair": "BTCUSDT", "upper_price": 100000, "lower_price": 90000, "grid_count": 10, "investment": 20000}
STOP = {"action": "activate", "reason": "too wild"}
OWN = {**STOP, "scope": "user"}
FREE = {"action": "deactivate", "reason": "calm again"}
HALTED: Refused = ("KILL_SWITCH_ACTIVE", "Trading is halted: too wild", {})
REDUCED: Refused = ("KILL_SWITCH_ACTIVE", "Only orders that make a position smaller are taken: too wild", {})


@row("CM-59")
async def test_it_stops_everything_of_a_user_and_resumes_nothing(desk: Desk) -> None:
    trader, other = await desk.user("trader"), await desk.user("other")
    for user in (trader, other):
        await desk.give(user, "order.place", BUY)
        await desk.give(user, "grid.start", GRID)
    thrown = await desk.give(trader, "system.kill_switch", OWN)
    affected = {"grids_stopped": 1, "strategies_stopped": 0, "orders_cancelled": 1}
    assert thrown.data == {"state": "halted", "affected": affected}
    assert await _states(trader) == ("cancelled", "stopped", "kill_switch")
    assert {order["reason"] for order in (await desk.give(trader, "order.list")).data["items"]} == {"kill_switch"}
    assert await _states(other) == ("accepted", "starting", "")
    for action, given in (("order.place", BUY), ("grid.start", GRID)):
        assert (await desk.give(trader, action, given)).refusal == HALTED
        assert (await desk.give(other, action, given)).refusal is None
    assert (await desk.ask(trader, "POST", "orders/", BUY)).refusal == HALTED
    assert (await desk.give(trader, "account.get")).data["trading"] == "halted"
    assert (await desk.ask(trader, "GET", "kill-switch/")).data == {
        "state": "halted",
        "global": "active",
        "user": "halted",
        "instances": [],
    }
    freed = await desk.ask(trader, "POST", "kill-switch/", {**FREE, "scope": "user"})
    nothing = {"grids_stopped": 0, "strategies_stopped": 0, "orders_cancelled": 0}
    assert freed.data == {"state": "active", "affected": nothing}
    assert await _states(trader) == ("cancelled", "stopped", "kill_switch")
    assert (await desk.give(trader, "order.place", BUY)).refusal is None


@sync_to_async
def _states(user: User) -> tuple[str, str, str]:
    order = Order.objects.filter(account__owner=user, sub_account__grid=None).first()
    grid = Grid.objects.filter(account__owner=user).last()
    assert order is not None
    assert grid is not None
    return order.state, grid.state, grid.reason


@sync_to_async
def _free(user: User) -> Decimal:
    """Return what the hand has free of USDT."""
    return Balance.objects.get(sub_account__account__owner=user, sub_account__grid=None, asset="USDT").free


async def test_it_is_told_and_audited(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "grid.start", GRID)
    await desk.give(trader, "system.kill_switch", OWN)
    told = [row.event async for row in OutboxEvent.objects.order_by("id") if "kill_switch" in row.event]
    assert any('"system_kill_switch"' in event and '"activated"' in event for event in told)
    assert any(".risk" in event for event in told)
    affected, thrown = [row async for row in AuditEntry.objects.order_by("-number")[:2]]
    for entry, what in ((thrown, "activate"), (affected, "affected")):
        expected = (f"system.kill_switch.{what}", str(trader.pk), "too wild")
        assert (entry.action, entry.target, entry.reason) == expected
    assert ('"level":"active"' in thrown.before, '"level":"halted"' in thrown.after) == (True, True)
    assert '"grids_stopped":1' in affected.after


async def test_setting_free_is_told_too(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "system.kill_switch", OWN)
    await desk.give(trader, "system.kill_switch", {**FREE, "scope": "user"})
    told = [row.told.event for row in await sync_to_async(OUTBOX.read)(10)]
    switched = [event for event in told if isinstance(event, ToldKillSwitch)]
    assert [(event.event, event.reason) for event in switched] == [
        ("activated", "too wild"),
        ("deactivated", "calm again"),
    ]
    for event in switched:
        assert (event.scope, event.id, event.by, event.affected) == ("user", str(trader.pk), "trader", Affected())


async def test_an_account_that_cannot_be_stopped_holds_up_no_other(desk: Desk) -> None:
    broken, whole = await desk.user("broken"), await desk.user("whole")
    root = await desk.user("root", is_staff=True, is_superuser=True)
    for user in (broken, whole):
        await desk.give(user, "order.place", BUY)
    await Balance.objects.filter(sub_account__account__owner=broken, asset="USDT").aupdate(locked=0)
    thrown = await desk.give(root, "system.kill_switch", STOP)
    assert (thrown.data["state"], thrown.data["affected"]["orders_cancelled"]) == ("halted", 1)
    assert (await Order.objects.aget(account__owner=whole)).state == "cancelled"
    entry = await AuditEntry.objects.alatest("number")
    order = await Order.objects.aget(account__owner=broken)
    assert (order.state, f'"not_stopped":["{order.account_id}"]' in entry.after) == ("accepted", True)
    assert (await desk.give(broken, "system.kill_switch", OWN)).code == "INTERNAL_ERROR"
    assert (await desk.give(broken, "order.place", BUY)).refusal == HALTED


async def test_reduce_only_cancels_what_buys_and_takes_what_sells(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "order.place", BUY)
    thrown = await desk.give(trader, "system.kill_switch", {**OWN, "level": "reduce_only"})
    assert (thrown.data["state"], thrown.data["affected"]["orders_cancelled"]) == ("reduce_only", 1)
    assert (await desk.give(trader, "order.place", BUY)).refusal == REDUCED
    sale = await desk.give(trader, "order.place", {**BUY, "side": "sell", "price": 96000})
    assert sale.code == "CONFLICT"
    await desk.give(trader, "system.kill_switch", OWN)
    loosened = await desk.give(trader, "system.kill_switch", {**OWN, "level": "reduce_only"})
    assert loosened.refusal == ("CONFLICT", "The kill switch is halted already; deactivate it first", {})


async def test_what_the_worker_planned_by_another_level_is_not_stored(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "grid.start", GRID)
    copy = await sync_to_async(_copy_of_grid)(trader)
    await desk.give(trader, "system.kill_switch", {**OWN, "level": "reduce_only"})
    with pytest.raises(StaleVersionError):
        await sync_to_async(sub_accounts_store)([copy], now=copy.account.created_at)


def _copy_of_grid(user: User) -> LoadedSubAccount:
    own = SubAccount.objects.get(account__owner=user, grid__isnull=False)
    return sub_accounts_load([own.pk], lock=False)[own.pk]


@row("CM-59")
async def test_a_level_that_is_not_known_counts_as_halted(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "system.kill_switch", {**OWN, "level": "reduce_only"})
    await sync_to_async(_unknown)()
    assert (await desk.give(trader, "order.place", BUY)).refusal == HALTED


def _unknown() -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("ALTER TABLE trading_killswitch DROP CONSTRAINT kill_switch_level_is_known")
        cursor.execute("UPDATE trading_killswitch SET level = 'frozen'")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


async def test_it_sells_what_is_held_by_hand_where_it_is_to_close_positions(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "order.place", {**BUY, "client_order_id": "rests"})
    await sync_to_async(_held)(trader)
    await desk.give(trader, "system.kill_switch", {**OWN, "close_positions": True})
    sale = await Order.objects.aget(side="sell")
    assert (sale.type, sale.state, sale.quantity) == ("market", "accepted", Decimal("0.012"))
    assert (await Order.objects.aget(client_order_id="rests")).state == "cancelled"


def _held(user: User) -> None:
    """Let a user hold 0.0125 BTC that cost 1000 USDT, of which a step can't be sold."""
    hand = SubAccount.objects.get(account__owner=user, quote="USDT")
    amount, cost = Decimal("0.0125"), Decimal(1000)
    Balance.objects.create(sub_account=hand, asset="BTC", free=amount)
    Lot.objects.create(sub_account=hand, asset="BTC", number=1, opened_by=0, amount=amount, cost=cost)
    SubAccount.objects.filter(pk=hand.pk).update(deposited=hand.deposited + cost)


async def test_it_stops_one_grid(desk: Desk) -> None:
    trader = await desk.user("trader")
    made = [(await desk.give(trader, "grid.start", GRID)).data["grid_id"] for _ in range(2)]
    scope = {"scope": "instance", "id": made[0]}
    thrown = await desk.give(trader, "system.kill_switch", {**STOP, **scope})
    assert thrown.data["affected"]["grids_stopped"] == 1
    assert [(await Grid.objects.aget(pk=one)).state for one in made] == ["stopped", "starting"]
    assert (await desk.give(trader, "order.place", BUY)).refusal is None
    await desk.give(trader, "system.kill_switch", {**STOP, **scope, "id": made[1], "level": "reduce_only"})
    shown = (await desk.give(trader, "system.kill_switch_state")).data
    assert (shown["state"], shown["instances"]) == ("active", [{"id": made[1], "state": "reduce_only"}])


async def test_who_may_throw_it_and_set_free(desk: Desk) -> None:
    trader, stranger = await desk.user("trader"), await desk.user("stranger")
    clerk = await desk.user("clerk", is_staff=True)
    root = await desk.user("root", is_staff=True, is_superuser=True)
    denied: Refused = ("PERMISSION_DENIED", "Permission denied", {})
    for user in (trader, stranger):
        assert (await desk.give(user, "system.kill_switch", STOP)).refusal == denied
        assert (await desk.ask(user, "POST", "kill-switch/", STOP)).refusal == denied
    assert (await desk.give(None, "system.kill_switch", OWN)).code == "PERMISSION_DENIED"
    assert (await desk.ask(clerk, "POST", "kill-switch/", STOP)).data["state"] == "halted"
    assert (await desk.give(stranger, "order.place", BUY)).refusal == HALTED
    assert (await desk.give(clerk, "system.kill_switch", FREE)).refusal == denied
    assert (await desk.ask(clerk, "POST", "kill-switch/", FREE)).refusal == denied
    assert (await desk.give(root, "system.kill_switch", FREE)).data["state"] == "active"
    assert (await desk.give(stranger, "order.place", BUY)).refusal is None
    other = {**OWN, "id": str(trader.pk)}
    assert (await desk.give(stranger, "system.kill_switch", other)).code == "NOT_FOUND"
    assert (await desk.give(clerk, "system.kill_switch", other)).code == "NOT_FOUND"
    await sync_to_async(_permit)(clerk, "change_killswitch")
    reduced = {**other, "level": "reduce_only"}
    assert (await desk.give(clerk, "system.kill_switch", reduced)).data["state"] == "reduce_only"
    assert (await desk.give(trader, "system.kill_switch", OWN)).data["state"] == "halted"
    assert (await desk.give(trader, "system.kill_switch", {**FREE, "scope": "user"})).refusal == denied
    freed = await desk.give(clerk, "system.kill_switch", {**FREE, "scope": "user", "id": str(trader.pk)})
    assert freed.data["state"] == "active"
    assert await KillSwitch.objects.acount() == 2


def _permit(user: User, codename: str) -> None:
    user.user_permissions.add(Permission.objects.get(content_type__app_label="trading", codename=codename))


async def test_it_names_each_wrong_parameter(desk: Desk) -> None:
    root = await desk.user("root", is_staff=True, is_superuser=True)
    for given, said in (
        ({"action": "activate"}, {"reason": "reason is required"}),
        ({**STOP, "action": "pull"}, {"action": "action must be one of activate deactivate"}),
        ({**STOP, "scope": "galaxy"}, {"scope": "scope must be one of global user instance"}),
        ({**STOP, "id": "x"}, {"id": "the scope global takes no id"}),
        ({**STOP, "scope": "instance"}, {"id": "id is required for the scope instance"}),
        ({**STOP, "level": "frozen"}, {"level": "level must be one of halted reduce_only"}),
        ({**FREE, "level": "halted"}, {"level": "level is for activating only"}),
        ({**FREE, "close_positions": True}, {"close_positions": "close_positions is for activating only"}),
    ):
        by_command = await desk.give(root, "system.kill_switch", given)
        assert by_command.refusal is not None, given
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert await desk.ask(root, "POST", "kill-switch/", given) == by_command
    missing = await desk.give(root, "system.kill_switch", {**STOP, "scope": "instance", "id": "grid_none"})
    assert missing.refusal == ("NOT_FOUND", "Not found", {})
    assert not await KillSwitch.objects.aexists()

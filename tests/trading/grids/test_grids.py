"""Grids by command and by REST: previewed, started, changed, stopped; refused in the same words; by whom it may be."""

from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from pytest_django import Settings

from accounts.models import User
from tests.conformance.rows import row
from tests.trading.asking import Desk
from trading.models import AuditEntry, Balance, Grid, OutboxEvent, SubAccount, TradingAccount

GRID: dict[str, Any] = {"pair": "BTC-USDT", "upper_price": 100000, "lower_price": 90000, "grid_count": 10}
SMALL = {"investment": 20000}
PRICE = "must be a number above 0 and of at most 1000000000"
WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"pair": None}, {"pair": "pair is required"}),
    ({"pair": "NONE-SUCH"}, {"pair": "Unknown symbol: NONESUCH"}),
    ({"pair": "HALT/USDT"}, {"pair": "HALTUSDT is not trading; its status is BREAK"}),
    ({"upper_price": 90000}, {"upper_price": "upper_price must be greater than lower_price"}),
    ({"upper_price": 80000}, {"upper_price": "upper_price must be greater than lower_price"}),
    ({"upper_price": "high"}, {"upper_price": f"upper_price {PRICE}"}),
    ({"lower_price": 0}, {"lower_price": f"lower_price {PRICE}"}),
    ({"grid_count": 1}, {"grid_count": "grid_count must be a whole number from 2 to 500"}),
    ({"grid_count": 501}, {"grid_count": "grid_count must be a whole number from 2 to 500"}),
    ({"grid_count": 2.5}, {"grid_count": "grid_count must be a whole number from 2 to 500"}),
    ({"spacing": "random"}, {"spacing": "spacing must be one of arithmetic geometric"}),
    ({"investment": -1}, {"investment": f"investment {PRICE}"}),
    ({"investment": 5000, "order_size": 1}, {"order_size": "order_size must not be given together with investment"}),
    ({"fee_rate": 1}, {"fee_rate": "fee_rate must be from 0 to below 1, with at most 6 decimals"}),
    ({"stop_loss": 90000}, {"stop_loss": "stop_loss must be smaller than lower_price"}),
    ({"take_profit": 100000}, {"take_profit": "take_profit must be greater than upper_price"}),
    (
        {"lower_price": 96000, "stop_loss": 95000},
        {"stop_loss": "stop_loss must be smaller than the price of now, 95000.00"},
    ),
    (
        {"upper_price": 94000, "take_profit": 95000},
        {"take_profit": "take_profit must be greater than the price of now, 95000.00"},
    ),
    (
        {"trigger_price": 89000, "stop_loss": "89000"},
        {"trigger_price": "trigger_price must be greater than stop_loss"},
    ),
    ({"mode": "live"}, {"mode": "mode must be one of paper"}),
    ({"levels": 3}, {"levels": "Unknown parameter"}),
    (
        {"grid_count": 100, "investment": 50000},
        {
            "grid_count": (
                "grid_count is too large: a cycle would lose 0.1000 % to fees; lines must be over 0.2002 % apart"
            )
        },
    ),
    (
        {"investment": 10},
        {"investment": "investment is too small: orders would be worth 0 USDT; the least is 5"},
    ),
    (
        {"investment": None, "order_size": 2},
        {"order_size": "order_size is too large: orders would be for 2 BTC; the most is 1.03"},
    ),
    (
        {"upper_price": "90000.02", "grid_count": 10},
        {"grid_count": "grid_count is too large: lines would be less than a tick (0.01) apart"},
    ),
]
"""What is changed of a good grid, and what is said of it."""


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """Return a good grid with changes; one to None leaves a parameter out."""
    return {name: value for name, value in {**GRID, **SMALL, **changes}.items() if value is not None}


@sync_to_async
def by_hand(user: User) -> dict[str, tuple[Decimal, Decimal]]:
    """Return what is free and locked of each asset in the user's hand."""
    rows = Balance.objects.filter(sub_account__account__owner=user, sub_account__grid=None)
    return {row.asset: (row.free, row.locked) for row in rows}


@row("CM-57")
async def test_it_names_each_wrong_parameter_in_the_same_words_by_command_and_by_rest(desk: Desk) -> None:
    trader = await desk.user("trader")
    for changes, said in WRONG:
        by_command = await desk.give(trader, "grid.start", changed(changes))
        by_rest = await desk.ask(trader, "POST", "grids/", changed(changes))
        assert by_command.refusal is not None, changes
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert by_rest == by_command
    assert not await Grid.objects.aexists()
    assert not await TradingAccount.objects.aexists()


async def test_it_previews_the_grid_of_the_design(desk: Desk) -> None:
    trader = await desk.user("trader")
    shown = await desk.give(trader, "grid.preview", changed({}))
    assert [int(line) for line in shown.data["lines"]] == list(range(90000, 101000, 1000))
    assert shown.data["net_percent"] == {"min": Decimal("0.8091"), "max": Decimal("0.9100")}
    assert shown.data["warnings"] == []
    assert not await TradingAccount.objects.aexists(), "a preview makes no account"
    assert await desk.ask(trader, "POST", "grids/preview/", changed({})) == shown
    geometric = await desk.give(trader, "grid.preview", changed({"spacing": "geometric"}))
    assert str(geometric.data["lines"][1]) == "90953.26"
    assert {round(value, 3) for value in geometric.data["net_percent"].values()} == {Decimal("0.858")}
    warned = await desk.give(trader, "grid.preview", changed({"grid_count": 100, "lower_price": 96000}))
    assert [warning["code"] for warning in warned.data["warnings"]][:1] == ["TOO_TIGHT"]
    assert "PRICE_OUTSIDE" in {warning["code"] for warning in warned.data["warnings"]}
    ended = await desk.give(trader, "grid.preview", changed({"lower_price": 96000, "stop_loss": 95500}))
    message = "stop_loss must be smaller than the price of now, 95000.00"
    assert {"code": "END_REACHED", "field": "stop_loss", "message": message} in ended.data["warnings"]


async def test_it_starts_with_money_of_the_account_and_says_what_it_is(desk: Desk) -> None:
    trader = await desk.user("trader")
    started = await desk.give(trader, "grid.start", changed({}))
    assert started.refusal is None
    grid_id = started.data["grid_id"]
    assert started.data == {"grid_id": grid_id, "status": "starting", "lines": 11}
    assert (await by_hand(trader))["USDT"] == (Decimal(80000), Decimal(0))
    found = (await desk.ask(trader, "GET", f"grids/{grid_id}/")).data
    told = {name: found[name] for name in ("state", "symbol", "invested", "position", "equity", "current_price")}
    assert told == {
        "state": "starting",
        "symbol": "BTCUSDT",
        "invested": 20000,
        "position": 0,
        "equity": 20000,
        "current_price": Decimal("95000.00"),
    }
    listed = (await desk.give(trader, "grid.list", {"live": True})).data
    assert (listed["total"], [item["id"] for item in listed["items"]]) == (1, [grid_id])
    account = (await desk.give(trader, "account.get")).data
    assert {"asset": "USDT", "free": 80000, "locked": 20000} in account["balances"]
    own = await SubAccount.objects.aget(grid_id=grid_id)
    assert await OutboxEvent.objects.filter(sub_account_id=own.pk).aexists()
    assert [entry.action async for entry in AuditEntry.objects.all()] == ["grid.start"]


@row("CM-58")
async def test_it_says_how_much_money_is_missing(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "grid.start", changed({"investment": 90000}))
    account = (await desk.give(trader, "account.get")).data["account"]
    refused = await desk.ask(trader, "POST", "grids/", changed({}))
    said = "The grid needs 20000 USDT, and 10000 USDT are free (INSUFFICIENT_BALANCE)"
    assert refused.refusal == ("CONFLICT", said, {})
    assert await desk.give(trader, "grid.start", changed({})) == refused
    missing = {
        "code": "INSUFFICIENT_BALANCE",
        "field": "investment",
        "message": said.removesuffix(" (INSUFFICIENT_BALANCE)"),
    }
    for asked in (changed({}), changed({"account": account})):
        assert (await desk.give(trader, "grid.preview", asked)).data["warnings"] == [missing]
    unknown = await desk.give(trader, "grid.preview", changed({"account": "acc_none"}))
    assert unknown.code == "NOT_FOUND"
    assert await Grid.objects.acount() == 1


async def test_it_waits_for_its_trigger(desk: Desk) -> None:
    trader = await desk.user("trader")
    started = await desk.give(trader, "grid.start", changed({"trigger_price": 93000}))
    assert started.data["status"] == "waiting_trigger"


async def test_it_pauses_resumes_changes_and_stops(desk: Desk) -> None:
    trader = await desk.user("trader")
    made = (await desk.give(trader, "grid.start", changed({"trigger_price": 93000}))).data["grid_id"]
    which = {"id": made}
    assert (await desk.give(trader, "grid.pause", which)).data == {"grid_id": made, "status": "paused"}
    twice = await desk.ask(trader, "POST", f"grids/{made}/pause/")
    assert twice.refusal == ("CONFLICT", "The grid is paused; it can't pause now", {})
    resumed = await desk.ask(trader, "POST", f"grids/{made}/resume/")
    assert resumed.data == {"grid_id": made, "status": "waiting_trigger"}
    updated = await desk.give(trader, "grid.update_params", {**which, "params": {"upper_price": 101000}})
    assert updated.data["updated"] == {"upper_price": [100000, 101000]}
    more = await desk.ask(trader, "PATCH", f"grids/{made}/", {"params": {"investment": 30000}})
    assert more.data["updated"] == {"investment": [20000, 30000]}
    assert (await by_hand(trader))["USDT"] == (Decimal(70000), Decimal(0))
    less = await desk.give(trader, "grid.update_params", {**which, "params": {"investment": 25000}})
    assert less.data["updated"] == {"investment": [30000, 25000]}
    assert (await by_hand(trader))["USDT"] == (Decimal(75000), Decimal(0))
    assert (await desk.give(trader, "grid.get", which)).data["invested"] == 25000
    stopped = await desk.give(trader, "grid.stop", which)
    assert stopped.data == {"grid_id": made, "status": "stopping", "orders_cancelled": 0}
    again = await desk.give(trader, "grid.stop", which)
    assert again.refusal == ("CONFLICT", "The grid is stopping; it can't stop now", {})


async def test_an_investment_in_the_place_of_an_order_size_moves_what_it_is_more_or_less(desk: Desk) -> None:
    trader = await desk.user("trader")
    sized = changed({"trigger_price": 93000, "investment": None, "order_size": "0.01"})
    which = {"id": (await desk.give(trader, "grid.start", sized)).data["grid_id"]}
    for investment in (30000, 5000):
        params = {"investment": investment}
        await desk.give(trader, "grid.update_params", {**which, "params": params})
        assert (await by_hand(trader))["USDT"] == (Decimal(100_000 - investment), Decimal(0))
        assert (await desk.give(trader, "grid.get", which)).data["invested"] == investment
        await desk.give(trader, "grid.update_params", {**which, "params": {"order_size": "0.001"}})
        assert (await by_hand(trader))["USDT"] == (Decimal(100_000 - investment), Decimal(0))


async def test_it_names_what_is_wrong_with_a_change_and_changes_nothing(desk: Desk) -> None:
    trader = await desk.user("trader")
    made = (await desk.give(trader, "grid.start", changed({"trigger_price": 93000}))).data["grid_id"]
    before = await Grid.objects.aget()
    for params, said in (
        ({}, {"params": "params must name at least one parameter"}),
        ({"upper_price": 1}, {"params.upper_price": "upper_price must be greater than lower_price"}),
        ({"grid_count": "x"}, {"params.grid_count": "grid_count must be a whole number from 2 to 500"}),
        ({"lower_price": None}, {"params.lower_price": "lower_price is required"}),
        ({"pair": "ETHUSDT"}, {"params.pair": "params.pair can't be changed; start another grid"}),
        ({"speed": 1}, {"params.speed": "Unknown parameter"}),
    ):
        by_command = await desk.give(trader, "grid.update_params", {"id": made, "params": params})
        assert by_command.refusal is not None, params
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert await desk.ask(trader, "PATCH", f"grids/{made}/", {"params": params}) == by_command
    after = await Grid.objects.aget()
    assert (after.parameters, after.memory) == (before.parameters, before.memory)


async def test_it_bounds_the_grids_of_a_user(desk: Desk, settings: Settings) -> None:
    settings.GRIDS_PER_USER = 1
    trader = await desk.user("trader")
    await desk.give(trader, "grid.start", changed({}))
    refused = await desk.give(trader, "grid.start", changed({}))
    assert refused.refusal == ("CONFLICT", "There may be at most 1 grids at a time; stop one first", {})


async def test_it_acts_once_for_a_repeated_id(desk: Desk) -> None:
    trader = await desk.user("trader")
    first = await desk.give(trader, "grid.start", changed({}), command_id="same")
    assert await desk.give(trader, "grid.start", changed({}), command_id="same") == first
    assert await Grid.objects.acount() == 1


async def test_it_is_for_traders_and_each_ones_own(desk: Desk) -> None:
    trader, stranger = await desk.user("trader"), await desk.user("stranger")
    lurker, clerk = await desk.user("lurker"), await desk.user("clerk", is_staff=True)
    root = await desk.user("root", is_staff=True, is_superuser=True)
    await sync_to_async(lurker.groups.clear)()
    assert (await desk.give(lurker, "grid.start", changed({}))).refusal == (
        "PERMISSION_DENIED",
        "Permission denied",
        {},
    )
    assert (await desk.give(lurker, "grid.preview", changed({}))).refusal is None
    made = (await desk.give(trader, "grid.start", changed({}))).data["grid_id"]

    async def tried(user: User) -> list[str]:
        which = {"id": made}
        given = [await desk.give(user, f"grid.{action}", which) for action in ("get", "pause", "resume", "stop")]
        changes = await desk.give(user, "grid.update_params", {**which, "params": {"stop_loss": 80000}})
        return [answer.code for answer in (*given, changes)]

    missing = ["NOT_FOUND"] * 5
    for other in (stranger, lurker, clerk):
        assert await tried(other) == missing
    await sync_to_async(_permit)(clerk, "view_grid")
    assert await tried(clerk) == ["", *missing[1:]]
    assert (await desk.give(stranger, "grid.list")).data == {"items": [], "total": 0}
    assert await tried(root) == ["", "", "", "", "CONFLICT"]


def _permit(user: User, codename: str) -> None:
    user.user_permissions.add(Permission.objects.get(content_type__app_label="trading", codename=codename))

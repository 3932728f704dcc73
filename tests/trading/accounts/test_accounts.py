"""Accounts by command and by REST: made at first use, read, begun anew; each by whom it may be."""

from decimal import Decimal

from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from pytest_django import Settings

from tests.trading.asking import Desk
from trading.models import AuditEntry, Order, TradingAccount

BUY = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.010", "price": "94000"}
GRID = {"pair": "BTCUSDT", "upper_price": 100000, "lower_price": 90000, "grid_count": 10, "investment": 20000}


async def test_it_makes_the_default_account_at_first_use(desk: Desk) -> None:
    trader = await desk.user("trader")
    listed = (await desk.give(trader, "account.list")).data
    account = await TradingAccount.objects.aget()
    found = (await desk.ask(trader, "GET", f"accounts/{account.pk}/")).data
    told = {name: found[name] for name in ("account", "default", "mode", "demo", "balances", "trading")}
    assert told == {
        "account": account.pk,
        "default": True,
        "mode": "paper",
        "demo": True,
        "balances": [
            {"asset": "USDC", "free": 100000, "locked": 0},
            {"asset": "USDT", "free": 100000, "locked": 0},
        ],
        "trading": "active",
    }
    assert (listed["total"], listed["items"][0]["account"]) == (1, account.pk)
    assert (await desk.ask(trader, "GET", "accounts/")).data["total"] == 1


async def test_a_new_account_has_the_limits_of_the_settings(desk: Desk, settings: Settings) -> None:
    settings.RISK_OPEN_ORDERS, settings.RISK_ORDERS_PER_SECOND = 1, 50
    trader = await desk.user("trader")
    limits = (await desk.give(trader, "account.get")).data["limits"]
    assert (limits["open_orders"], limits["orders_per_second"], limits["order_size"]) == (1, 50, None)


async def test_it_begins_anew_once_nothing_runs(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "order.place", BUY)
    account = await TradingAccount.objects.aget()
    await account.sub_accounts.filter(quote="USDT").aupdate(deposited=Decimal(99000))
    await account.sub_accounts.aget(quote="USDT")
    await _balance(account, Decimal("98059.06"))
    answered = await desk.ask(trader, "POST", f"accounts/{account.pk}/reset/")
    assert {"asset": "USDT", "free": 100000, "locked": 0} in answered.data["balances"]
    order = await Order.objects.aget()
    assert (order.state, order.refusal_message) == ("cancelled", "account_reset")
    await account.arefresh_from_db()
    assert account.resets == 1
    actions = [entry.action async for entry in AuditEntry.objects.order_by("number")]
    assert actions == ["order.place", "order.cancel_all", "account.reset"]
    assert (await desk.give(trader, "order.place", BUY)).refusal is None


@sync_to_async
def _balance(account: TradingAccount, free: Decimal) -> None:
    row = account.sub_accounts.get(quote="USDT").balances.get(asset="USDT")
    row.free = free
    row.save()


async def test_it_refuses_to_begin_anew_with_grids_or_real_data(desk: Desk, settings: Settings) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "grid.start", GRID)
    refused = await desk.give(trader, "account.reset")
    said = "1 grids of this account have not stopped; stop them first"
    assert refused.refusal == ("CONFLICT", said, {})
    settings.PAPER_ACCOUNTS_DEMO = False
    other = await desk.user("other")
    assert (await desk.give(other, "account.reset")).refusal == ("CONFLICT", "Only demo accounts can be reset", {})


async def test_it_is_each_ones_own(desk: Desk) -> None:
    trader, stranger = await desk.user("trader"), await desk.user("stranger")
    clerk = await desk.user("clerk", is_staff=True)
    account = (await desk.give(trader, "account.get")).data["account"]
    which = {"account": account}
    for other in (stranger, clerk):
        assert (await desk.give(other, "account.get", which)).code == "NOT_FOUND"
        assert (await desk.give(other, "account.reset", which)).code == "NOT_FOUND"
    await sync_to_async(_permit)(clerk.pk, "view_tradingaccount")
    assert (await desk.give(clerk, "account.get", which)).data["account"] == account
    assert (await desk.give(clerk, "account.reset", which)).code == "NOT_FOUND"
    root = await desk.user("root", is_staff=True, is_superuser=True)
    assert (await desk.ask(root, "POST", f"accounts/{account}/reset/")).data["account"] == account


def _permit(user_id: int, codename: str) -> None:
    permission = Permission.objects.get(content_type__app_label="trading", codename=codename)
    permission.user_set.add(user_id)

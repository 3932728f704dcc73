"""The limits of an account as they are shown: what is used of each, what a new account has, who may set them."""

from decimal import Decimal
from typing import Any

import msgspec
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from pytest_django import Settings

from accounts.models import User
from streaming.clock import SystemClock
from streaming.times import moment
from tests.trading.asking import Desk, ticker
from tests.trading.market import symbol_listed
from trading.models import Balance, RiskLimits, SubAccount

BUY: dict[str, Any] = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.010", "price": "94000"}


@sync_to_async
def _holds(user: User, quantity: str, asset: str = "BTC", *, lost_today: int = 0) -> None:
    today = moment(SystemClock().now_ms()).date()
    hand = SubAccount.objects.get(account__owner=user, quote="USDT")
    Balance.objects.create(sub_account=hand, asset=asset, free=Decimal(quantity))
    SubAccount.objects.filter(pk=hand.pk).update(day=today, realised_before_day=Decimal(0), realised=-lost_today)


async def test_it_counts_what_is_used_as_the_gate_does(desk: Desk) -> None:
    trader = await desk.user("trader")
    account = (await desk.give(trader, "order.place", BUY)).data["account"]
    await _holds(trader, "0.02", lost_today=600)
    used = (await desk.give(trader, "account.limits")).data["used"]
    assert used["positions"] == [{"asset": "BTC", "value": 2840}]  # 0.02 at the market's 95000, and 940 being bought
    assert (used["open_orders"], used["daily_loss"]) == (1, 600)
    by_rest = await desk.ask(trader, "GET", f"accounts/{account}/limits/")
    assert by_rest.data["used"]["positions"] == used["positions"]
    for limit, given, said in (
        ({"position_size": 3000}, BUY, "The position would be worth 3780 USDT; the most is 3000 (POSITION_SIZE)"),
        ({"daily_loss": 600}, BUY, "The loss of today is 600 USDT; the most is 600 (DAILY_LOSS)"),
    ):
        await desk.give(trader, "account.set_limits", limit)
        assert (await desk.give(trader, "order.place", given)).refusal == ("CONFLICT", said, {})


async def test_money_that_another_hand_trades_with_is_no_position(desk: Desk) -> None:
    trader = await desk.user("trader")
    await sync_to_async(symbol_listed)("USDCUSDT")
    await desk.hub.publish(msgspec.structs.replace(ticker(Decimal(1)), symbol="USDCUSDT"))
    await desk.give(trader, "account.set_limits", {"position_size": 1500})
    buy = {"symbol": "USDCUSDT", "side": "buy", "type": "limit", "quantity": "1000", "price": "1"}
    assert (await desk.give(trader, "order.place", buy)).refusal is None
    used = (await desk.give(trader, "account.limits")).data["used"]
    assert used["positions"] == [{"asset": "USDC", "value": 1000}]
    said = "The position would be worth 2000 USDT; the most is 1500 (POSITION_SIZE)"
    assert (await desk.give(trader, "order.place", buy)).refusal == ("CONFLICT", said, {})


async def test_a_position_without_a_price_is_said_to_be_unknown(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "order.place", BUY)
    await _holds(trader, "0.02", "ETH")
    positions = (await desk.give(trader, "account.limits")).data["used"]["positions"]
    assert positions == [{"asset": "BTC", "value": 940}, {"asset": "ETH", "value": None}]


async def test_it_tells_the_limits_that_a_new_account_has(desk: Desk, settings: Settings) -> None:
    trader = await desk.user("trader")
    settings.RISK_ORDER_SIZE, settings.RISK_OPEN_ORDERS = Decimal("2500.5"), 7
    told = (await desk.give(trader, "account.limits")).data
    expected = {
        "order_size": Decimal("2500.5"),
        "position_size": None,
        "open_orders": 7,
        "price_collar": None,
        "orders_per_second": None,
        "daily_loss": None,
    }
    assert (told["defaults"], told["limits"], told["changeable"]) == (expected, expected, True)


async def test_where_staff_sets_limits_users_look_at_them_alone(desk: Desk, settings: Settings) -> None:
    settings.RISK_LIMITS_SET_BY_USERS = False
    trader, clerk = await desk.user("trader"), await desk.user("clerk", is_staff=True)
    account = (await desk.give(trader, "account.limits")).data
    which = {"account": account["account"]}
    assert account["changeable"] is False
    refused = await desk.give(trader, "account.set_limits", which | {"open_orders": 5})
    assert refused.refusal == ("PERMISSION_DENIED", "The limits of accounts are set by staff here", {})
    assert not await RiskLimits.objects.filter(open_orders=5).aexists()
    await sync_to_async(_permit)(clerk.pk, "view_tradingaccount")
    assert (await desk.give(clerk, "account.limits", which)).data["changeable"] is False
    await sync_to_async(_permit)(clerk.pk, "change_risklimits")
    assert (await desk.give(clerk, "account.limits", which)).data["changeable"] is True
    assert (await desk.give(clerk, "account.set_limits", which | {"open_orders": 5})).data["open_orders"] == 5


def _permit(user_id: int, codename: str) -> None:
    permission = Permission.objects.get(content_type__app_label="trading", codename=codename)
    permission.user_set.add(user_id)

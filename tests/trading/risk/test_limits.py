"""The limits of an account hold back what is ordered by hand, by codes and sentences; changing them is audited."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async

from accounts.models import User
from streaming.clock import SystemClock
from streaming.events import LogLine
from streaming.times import moment
from tests.conformance.rows import row
from tests.trading.asking import Desk
from trading.accounts.services import account_create, default_account_ensure
from trading.events import AccountRisk
from trading.live.events.outbox import OUTBOX
from trading.models import AuditEntry, Order, OutboxEvent, RiskLimits, SubAccount

BUY: dict[str, Any] = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.010", "price": "94000"}


@sync_to_async
def lost(user: User, amount: int, *, days_ago: int = 0) -> None:
    """Let a user have lost an amount of USDT, on an earlier day or today."""
    day = moment(SystemClock().now_ms()).date() - timedelta(days=days_ago)
    SubAccount.objects.filter(account__owner=user, quote="USDT").update(
        realised=Decimal(-amount), deposited=Decimal(100000 + amount), day=day, realised_before_day=Decimal(0)
    )


@row("CM-58")
async def test_each_limit_refuses_with_its_code_and_leaves_nothing(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "order.place", BUY)
    for limits, given, said in (
        ({"order_size": 900}, BUY, "The order is worth 940 USDT; the most is 900 (ORDER_SIZE)"),
        ({"position_size": 1800}, BUY, "The position would be worth 1880 USDT; the most is 1800 (POSITION_SIZE)"),
        ({"open_orders": 1}, BUY, "1 orders are open; the most is 1 (OPEN_ORDERS)"),
        (
            {"price_collar": "0.01"},
            BUY,
            "The price 94000.00 is over 1 % away from the market's 95000.00 (PRICE_COLLAR)",
        ),
    ):
        set_limits = await desk.give(trader, "account.set_limits", limits)
        assert set_limits.refusal is None
        refused = await desk.give(trader, "order.place", given)
        assert refused.refusal == ("CONFLICT", said, {})
        assert await desk.ask(trader, "POST", "orders/", given) == refused
    assert await Order.objects.acount() == 1
    await desk.give(trader, "account.set_limits", {})
    assert (await desk.give(trader, "order.place", BUY)).refusal is None


@row("TP-65", "TP-72")
async def test_a_refused_order_is_told_on_its_account_and_in_the_log_of_whoever_gave_it(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "account.set_limits", {"order_size": 900})
    small = BUY | {"quantity": "0.001", "price": "1000"}
    amount = {"symbol": "BTCUSDT", "side": "buy", "type": "market", "quote_quantity": 1000}
    for refused in (BUY | {"symbol": "btc-usdt"}, small, amount, BUY | {"price": "94000.001"}):
        assert (await desk.give(trader, "order.place", refused)).refusal is not None
    assert (await desk.ask(trader, "POST", "orders/", BUY)).refusal is not None
    kill = {"scope": "user", "reason": "enough"}
    await desk.give(trader, "system.kill_switch", {"action": "activate", **kill})
    await desk.give(trader, "order.place", BUY)
    size = "BUY 0.01 BTCUSDT: The order is worth 940 USDT; the most is 900"
    account = str((await desk.give(trader, "account.get")).data["account"])
    halted = ("KILL_SWITCH_ACTIVE", "Trading is halted: enough", "halted")
    too_large = ("ORDER_SIZE", "The order is worth 940 USDT; the most is 900", "active")
    assert [(risk.code, risk.message, risk.level) for risk in await risks_of(trader, account)] == [
        too_large,
        ("MINIMUM_NOTIONAL", "the order is worth 1 USDT; the least is 5", "active"),
        ("ORDER_SIZE", "The order is worth 1000 USDT; the most is 900", "active"),
        too_large,
        halted,
    ]
    assert await lines_of(trader) == [
        f"[REJECTED] ORDER_SIZE {size}",
        "[REJECTED] MINIMUM_NOTIONAL BUY 0.001 BTCUSDT: the order is worth 1 USDT; the least is 5",
        "[REJECTED] ORDER_SIZE BUY BTCUSDT for 1000: The order is worth 1000 USDT; the most is 900",
        f"[REJECTED] ORDER_SIZE {size}",
        "[REJECTED] KILL_SWITCH_ACTIVE BUY 0.01 BTCUSDT: Trading is halted: enough",
    ]


async def test_what_is_told_of_refused_orders_names_them_and_is_bounded_while_nobody_publishes(desk: Desk) -> None:
    trader = await desk.user("trader")
    other = await second_account(trader)
    await desk.give(trader, "account.set_limits", {"account": other, "open_orders": 1})
    second = BUY | {"account": other, "client_order_id": "mine"}
    await desk.give(trader, "order.place", second | {"client_order_id": "first"})
    assert (await desk.give(trader, "order.place", second)).refusal is not None
    [risk] = await risks_of(trader, other)
    assert (risk.check, risk.passed, risk.symbol, risk.side, risk.type) == ("order", False, "BTCUSDT", "buy", "limit")
    assert (risk.event, risk.client_order_id) == ("rejected", "mine")
    now = moment(SystemClock().now_ms())
    await OutboxEvent.objects.abulk_create(OutboxEvent(owner_id=trader.pk, created_at=now) for _ in range(998))
    assert (await desk.give(trader, "order.place", second)).refusal is not None
    assert len(await risks_of(trader, other)) == 1


@sync_to_async
def second_account(user: User) -> str:
    """Return the id of an account that isn't the user's default one."""
    now = moment(SystemClock().now_ms())
    default_account_ensure(owner_id=user.pk, now=now)
    return account_create(owner_id=user.pk, name="Other", now=now).pk


@sync_to_async
def risks_of(user: User, account: str) -> list[AccountRisk]:
    """Return what is stored to be told to a user of refused orders of an account."""
    waiting = [row.told.event for row in OUTBOX.read(2000) if row.told.owner_id == user.pk]
    risks = [event for event in waiting if isinstance(event, AccountRisk)]
    assert {(risk.owner, risk.account, risk.channel) for risk in risks} == {
        (str(user.pk), account, f"account.{account}.risk")
    }
    return risks


@sync_to_async
def lines_of(user: User) -> list[str]:
    """Return the lines of the log that are stored to be told to a user, as warnings of the user's orders."""
    waiting = [row.told.event for row in OUTBOX.read(100) if row.told.owner_id == user.pk]
    lines = [event for event in waiting if isinstance(event, LogLine)]
    assert {(line.owner, line.source, line.level) for line in lines} == {(str(user.pk), f"orders:{user.pk}", "warn")}
    return [line.message for line in lines]


async def test_it_counts_the_orders_of_a_second(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "account.set_limits", {"orders_per_second": 1})
    async with asyncio.timeout(30):
        while (refused := await desk.give(trader, "order.place", BUY)).refusal is None:
            pass  # two within a second there are soon, however slow this machine is
    said = "1 orders were sent within a second, which is the most (ORDER_RATE)"
    assert refused.refusal == ("CONFLICT", said, {})
    for away in (timedelta(hours=-1), timedelta(hours=1)):  # the clock may have gone back since
        await Order.objects.aupdate(placed_at=moment(SystemClock().now_ms()) + away)
        assert (await desk.give(trader, "order.place", BUY)).refusal is None


async def test_a_loss_of_today_stops_what_opens_and_not_what_closes(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "account.set_limits", {"daily_loss": 500})
    await lost(trader, 600, days_ago=1)
    assert (await desk.give(trader, "order.place", BUY)).refusal is None
    await desk.give(trader, "order.cancel_all")
    await lost(trader, 600)
    refused = await desk.give(trader, "order.place", BUY)
    assert refused.refusal == ("CONFLICT", "The loss of today is 600 USDT; the most is 500 (DAILY_LOSS)", {})
    sale = await desk.give(trader, "order.place", {**BUY, "side": "sell", "price": 96000})
    assert sale.refusal == (
        "CONFLICT",
        "The order needs 0.01 BTC, and 0 BTC are free (INSUFFICIENT_BALANCE)",
        {},
    )


async def test_changing_limits_is_audited_and_bounded(desk: Desk) -> None:
    trader = await desk.user("trader")
    answered = await desk.give(trader, "account.set_limits", {"order_size": "1000.5", "price_collar": 0.1})
    assert answered.data == {
        "order_size": Decimal("1000.5"),
        "position_size": None,
        "open_orders": None,
        "price_collar": Decimal("0.1"),
        "orders_per_second": None,
        "daily_loss": None,
    }
    entry = await AuditEntry.objects.aget()
    assert (entry.action, entry.actor, entry.source, entry.address) == (
        "account.set_limits",
        "trader",
        "websocket",
        "192.0.2.7",
    )
    account = (await desk.give(trader, "account.get")).data["account"]
    for given, said in (
        ({"order_size": 0}, {"order_size": "order_size must be a number above 0 and of at most 1000000000000"}),
        ({"price_collar": 1}, {"price_collar": "price_collar must be a number above 0 and below 1"}),
        ({"open_orders": 0}, {"open_orders": "open_orders must be a whole number from 1 to 100000"}),
        ({"orders_per_second": 0}, {"orders_per_second": "orders_per_second must be a whole number from 1 to 10000"}),
        ({"daily_loss": "a"}, {"daily_loss": "daily_loss must be a number above 0 and of at most 1000000000000"}),
        ({"leverage": 2}, {"leverage": "Unknown parameter"}),
    ):
        by_command = await desk.give(trader, "account.set_limits", given)
        assert by_command.refusal is not None
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert await desk.ask(trader, "PUT", f"accounts/{account}/limits/", given) == by_command
    assert (await RiskLimits.objects.aget()).order_size == Decimal("1000.5")
    stranger = await desk.user("stranger")
    assert (await desk.give(stranger, "account.set_limits", {"account": account})).code == "NOT_FOUND"

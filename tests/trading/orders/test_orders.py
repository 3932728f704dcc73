"""Orders by command and by REST: placed, refused in the same words, cancelled, found; each by whom it may be."""

from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from pytest_django import Settings

from accounts.models import User
from streaming.events import Source
from streaming.market.models import Symbol
from tests.conformance.rows import row
from tests.trading.asking import Answered, Desk
from tests.trading.market import symbol_listed
from trading.models import Balance, Order, SubAccount, TradingAccount

LIMIT: dict[str, Any] = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.010", "price": "94000"}
NONE = Decimal(0)
MARKET: dict[str, Any] = {"symbol": "BTCUSDT", "side": "buy", "type": "market", "quantity": "0.01"}
TYPE = "an order of type"
AMOUNT = "must be a number above 0 and of at most 1000000000000"
NAME = "client_order_id must be 1 to 36 letters, digits, dots, hyphens or underscores"
WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"symbol": None}, {"symbol": "symbol is required"}),
    ({"symbol": "NONESUCH"}, {"symbol": "Unknown symbol: NONESUCH"}),
    ({"symbol": "HALTUSDT"}, {"symbol": "HALTUSDT is not trading; its status is BREAK"}),
    ({"side": "hold"}, {"side": "side must be one of buy sell"}),
    ({"type": "iceberg"}, {"type": "type must be one of market limit stop stop_limit limit_maker"}),
    ({"quantity": None}, {"quantity": f"quantity is required for {TYPE} limit"}),
    ({"quantity": "much"}, {"quantity": f"quantity {AMOUNT}"}),
    ({"quantity": -1}, {"quantity": f"quantity {AMOUNT}"}),
    ({"quantity": "0.0105"}, {"quantity": "quantity must be a multiple of 0.001"}),
    ({"price": None}, {"price": f"price is required for {TYPE} limit"}),
    ({"price": 0}, {"price": f"price {AMOUNT}"}),
    ({"price": "94000.001"}, {"price": "price must be a multiple of 0.01"}),
    ({"stop_price": 95000}, {"stop_price": f"{TYPE} limit takes no stop_price"}),
    ({"quote_quantity": 50}, {"quote_quantity": f"{TYPE} limit takes no quote_quantity"}),
    ({"type": "stop_limit"}, {"stop_price": f"stop_price is required for {TYPE} stop_limit"}),
    ({"type": "market"}, {"price": f"{TYPE} market takes no price"}),
    (
        {"type": "market", "price": None, "quote_quantity": 50},
        {"quantity": "either quantity or quote_quantity is required"},
    ),
    ({"time_in_force": "day"}, {"time_in_force": "time_in_force must be one of gtc ioc fok"}),
    (
        {"type": "limit_maker", "time_in_force": "ioc"},
        {"time_in_force": "time_in_force of a limit_maker order must be gtc"},
    ),
    ({"client_order_id": "a b"}, {"client_order_id": NAME}),
    ({"client_order_id": "x" * 37}, {"client_order_id": NAME}),
    (
        {"client_order_id": "grid_1"},
        {"client_order_id": "client_order_id must not begin with grid_, as orders of grids do"},
    ),
    ({"quantity": "0.001", "price": "1000"}, {"quantity": "the order is worth 1 USDT; the least is 5"}),
    (
        {"type": "market", "price": None, "quantity": None, "quote_quantity": 99_000},
        {"quote_quantity": "the order is for 1.042 BTC; the most is 1.03"},
    ),
    ({"quantity": "1.031"}, {"quantity": "the order is for 1.031 BTC; the most is 1.03"}),
    ({"leverage": 3}, {"leverage": "Unknown parameter"}),
]
"""What is changed of a good order, and what is said of it."""


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """Return a good order with changes; one to None leaves a parameter out."""
    return {name: value for name, value in {**LIMIT, **changes}.items() if value is not None}


@sync_to_async
def money(user: User) -> dict[str, tuple[Decimal, Decimal]]:
    """Return what is free and locked of each asset."""
    rows = Balance.objects.filter(sub_account__account__owner=user, sub_account__grid=None)
    return {row.asset: (row.free, row.locked) for row in rows}


@row("CM-57")
async def test_it_names_each_wrong_parameter_in_the_same_words_by_command_and_by_rest(desk: Desk) -> None:
    trader = await desk.user("trader")
    for changes, said in WRONG:
        by_command = await desk.give(trader, "order.place", changed(changes))
        by_rest = await desk.ask(trader, "POST", "orders/", changed(changes))
        assert by_command.refusal is not None, changes
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert by_rest == by_command
    assert not await Order.objects.aexists()
    untouched = {"USDT": (Decimal(100000), NONE), "USDC": (Decimal(100000), NONE)}
    assert await money(trader) == untouched


async def test_it_places_and_cancels_and_leaves_the_money_as_it_was(desk: Desk) -> None:
    trader = await desk.user("trader")
    placed = await desk.give(trader, "order.place", {**LIMIT, "symbol": "BTC-USDT", "client_order_id": "one"})
    assert placed.refusal is None
    account = await TradingAccount.objects.aget()
    expected = {
        "clientOrderId": "one",
        "account": account.pk,
        "symbol": "BTCUSDT",
        "side": "buy",
        "type": "limit",
        "timeInForce": "gtc",
        "price": Decimal("94000.00"),
        "stopPrice": None,
        "quantity": Decimal("0.010"),
        "quoteQuantity": None,
        "filled": Decimal("0.000"),
        "averagePrice": None,
        "status": "new",
        "reason": None,
        "instance": None,
    }
    assert {name: placed.data[name] for name in expected} == expected
    assert str(placed.data["id"]).startswith("ord_")
    assert await money(trader) == {"USDT": (Decimal("99059.06"), Decimal("940.94")), "USDC": (Decimal(100000), NONE)}
    found = await desk.ask(trader, "GET", f"orders/{placed.data['id']}/")
    assert found.data == placed.data
    assert (await desk.give(trader, "order.list", {"open": True})).data == {"items": [placed.data], "total": 1}
    cancelled = await desk.give(trader, "order.cancel", {"client_order_id": "one"})
    assert (cancelled.data["id"], cancelled.data["status"]) == (placed.data["id"], "cancelled")
    assert await money(trader) == {"USDT": (Decimal(100000), NONE), "USDC": (Decimal(100000), NONE)}
    again = await desk.ask(trader, "POST", f"orders/{placed.data['id']}/cancel/")
    assert again.refusal == ("CONFLICT", "The order is not open; it is cancelled", {})
    assert (await desk.ask(trader, "GET", "orders/?open=true")).data == {"items": [], "total": 0}
    assert (await desk.ask(trader, "GET", "orders/?status=cancelled&symbol=btc/usdt")).data["total"] == 1


async def test_it_takes_each_type_and_each_spelling_of_a_pair(desk: Desk) -> None:
    trader = await desk.user("trader")
    taken: list[tuple[str, dict[str, Any]]] = [
        ("btcusdt", {"type": "market", "quantity": 0.01}),
        ("BTC/USDT", {"type": "market", "quote_quantity": "50.5"}),
        ("BTC-USDT", {"type": "stop", "quantity": "0.01", "stop_price": 97000}),
        ("BTCUSDT", {"type": "stop_limit", "quantity": "0.01", "stop_price": 97000, "price": 97100}),
        ("BTCUSDT", {"type": "limit_maker", "quantity": "0.01", "price": 94999.99}),
        ("BTCUSDT", {"type": "limit", "quantity": "0.01", "price": 96000, "time_in_force": "fok"}),
    ]
    for number, (pair, given) in enumerate(taken, start=1):
        placed = await desk.give(trader, "order.place", {"side": "buy", "symbol": pair, **given})
        assert (placed.refusal, placed.data.get("status")) == (None, "new"), given
        assert await Order.objects.filter(state="accepted").acount() == number
    assert (await desk.give(trader, "order.cancel_all", {"symbol": "BTC-USDT"})).data == {"cancelled": 6}
    cancelled = (await desk.give(trader, "order.list")).data["items"]
    assert {order["reason"] for order in cancelled} == {"cancel_all"}


@row("CM-58")
async def test_it_says_what_is_not_possible_now(desk: Desk, settings: Settings) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "order.place", {**LIMIT, "client_order_id": "taken"})
    for given, message in (
        (
            {**LIMIT, "quantity": 2},
            "The order needs 188188 USDT, and 99059.06 USDT are free (INSUFFICIENT_BALANCE)",
        ),
        (
            {**MARKET, "side": "sell", "quantity": 1},
            "The order needs 1 BTC, and 0 BTC are free (INSUFFICIENT_BALANCE)",
        ),
        (
            {"symbol": "BTCUSDT", "side": "buy", "type": "market", "quote_quantity": 100000},
            "The order needs 100000 USDT, and 99059.06 USDT are free (INSUFFICIENT_BALANCE)",
        ),
        ({**LIMIT, "client_order_id": "taken"}, "The client_order_id taken was used before (DUPLICATE)"),
        (
            {**LIMIT, "type": "limit_maker", "price": 95001},
            "the order would be executed at once (WOULD_TAKE)",
        ),
        (
            {"symbol": "BTCUSDT", "side": "buy", "type": "stop", "quantity": "0.01", "stop_price": 95000},
            "the order would trigger immediately: stop_price must be above 95000.00, the price of now (WOULD_TRIGGER)",
        ),
    ):
        refused = await desk.give(trader, "order.place", given)
        assert refused.refusal == ("CONFLICT", message, {})
        assert await desk.ask(trader, "POST", "orders/", given) == refused
    assert await Order.objects.acount() == 1
    assert (await money(trader))["USDT"] == (Decimal("99059.06"), Decimal("940.94"))


async def test_it_holds_orders_and_grids_against_the_filters_of_the_symbol(desk: Desk) -> None:
    trader = await desk.user("trader")
    filters = {"bid_multiplier_down": "0.5", "bid_multiplier_up": "1.5", "maximum_orders": 1}
    await Symbol.objects.filter(name="BTCUSDT").aupdate(**filters)
    far = await desk.give(trader, "order.place", {**LIMIT, "price": 40000})
    message = "price must be between 47500.000 and 142500.000 while the market is at 95000.00"
    assert far.refusal == ("VALIDATION_ERROR", message, {"price": message})
    assert (await desk.give(trader, "order.place", LIMIT)).refusal is None
    another = await desk.give(trader, "order.place", LIMIT)
    assert another.refusal == (
        "CONFLICT",
        "BTCUSDT allows 1 open orders of an account; 1 are open, or kept for grids (MAXIMUM_ORDERS)",
        {},
    )
    grid = {"pair": "BTCUSDT", "lower_price": 90000, "upper_price": 100000, "grid_count": 2}
    refused = await desk.give(trader, "grid.start", grid)
    message = "grid_count is too large: BTCUSDT allows 1 open orders, one for each gap"
    assert refused.refusal == ("VALIDATION_ERROR", message, {"grid_count": message})


@row("CM-60")
async def test_it_lets_simulated_and_stale_data_drive_demo_accounts_alone(desk: Desk, settings: Settings) -> None:
    settings.PAPER_ACCOUNTS_DEMO = False
    trader = await desk.user("trader")
    await desk.price(source=Source.SIMULATOR)
    simulated = await desk.give(trader, "order.place", LIMIT)
    said = "The market's data is simulated; only demo accounts trade on it"
    assert simulated.refusal == ("CONFLICT", said, {})
    await desk.price(stale=True)
    stale = await desk.ask(trader, "POST", "orders/", LIMIT)
    assert stale.refusal == ("CONFLICT", "The market's data is stale; only demo accounts trade on it", {})
    await desk.price()
    assert (await desk.give(trader, "order.place", LIMIT)).refusal is None


@row("CM-60")
async def test_it_refuses_without_a_price(desk: Desk, settings: Settings) -> None:
    settings.MARKET_QUOTE_SECONDS = 0.05
    trader = await desk.user("trader")
    await sync_to_async(symbol_listed)("ETHUSDT")
    refused = await desk.give(trader, "order.place", {**LIMIT, "symbol": "ETHUSDT"})
    assert refused.refusal == ("UNAVAILABLE", "No price of ETHUSDT is known", {})


async def test_it_acts_once_for_a_repeated_id(desk: Desk) -> None:
    trader = await desk.user("trader")
    first = await desk.give(trader, "order.place", LIMIT, command_id="same")
    assert await desk.give(trader, "order.place", LIMIT, command_id="same") == first
    other = await desk.give(trader, "order.place", {**LIMIT, "price": 93000}, command_id="same")
    assert other.code == "CONFLICT"
    assert await Order.objects.acount() == 1


async def test_it_is_for_traders_and_each_ones_own(desk: Desk) -> None:
    trader, stranger = await desk.user("trader"), await desk.user("stranger")
    lurker, clerk = await desk.user("lurker"), await desk.user("clerk", is_staff=True)
    root = await desk.user("root", is_staff=True, is_superuser=True)
    await sync_to_async(lurker.groups.clear)()
    assert (await desk.give(lurker, "order.place", LIMIT)).refusal == ("PERMISSION_DENIED", "Permission denied", {})
    assert (await desk.ask(lurker, "POST", "orders/", LIMIT)).code == "PERMISSION_DENIED"
    assert (await desk.give(None, "order.place", LIMIT)).code == "PERMISSION_DENIED"
    made = (await desk.give(trader, "order.place", LIMIT)).data["id"]

    async def tried(user: User) -> tuple[str, str, str]:
        got = await desk.give(user, "order.get", {"id": made})
        listed = await desk.give(user, "order.list")
        cancelled = await desk.ask(user, "POST", f"orders/{made}/cancel/")
        return got.code, str(listed.data["total"]), cancelled.code

    missing = ("NOT_FOUND", "0", "NOT_FOUND")
    assert await tried(stranger) == missing
    assert await tried(lurker) == missing
    assert await tried(clerk) == missing
    await sync_to_async(_permit)(clerk, "view_order")
    assert await tried(clerk) == ("", "0", "NOT_FOUND")
    assert await tried(root) == ("", "0", "")
    assert (await desk.give(trader, "order.get", {"id": made})).data["status"] == "cancelled"
    foreign = await TradingAccount.objects.aget(owner=trader)
    refused = await desk.give(stranger, "order.place", {**LIMIT, "account": foreign.pk})
    assert refused.refusal == ("NOT_FOUND", "Not found", {})
    assert (await desk.give(stranger, "order.cancel_all", {"account": foreign.pk})).code == "NOT_FOUND"


def _permit(user: User, codename: str) -> None:
    user.user_permissions.add(Permission.objects.get(content_type__app_label="trading", codename=codename))


async def test_it_cancels_all_after_some_seconds_unless_asked_again(desk: Desk) -> None:
    trader = await desk.user("trader")
    armed = await desk.give(trader, "order.cancel_all_after", {"seconds": 60})
    account = await TradingAccount.objects.aget()
    assert account.cancel_all_at is not None
    assert armed.data["at"] is not None
    disarmed = await desk.ask(trader, "POST", "orders/cancel-all-after/", {"seconds": 0})
    assert disarmed.data == {"at": None}
    wrong = await desk.give(trader, "order.cancel_all_after", {"seconds": 90000})
    said = "seconds must be a whole number from 0 to 86400"
    assert wrong.refusal == ("VALIDATION_ERROR", said, {"seconds": said})


async def test_a_hand_is_locked_and_versioned_by_each_change(desk: Desk) -> None:
    trader = await desk.user("trader")
    await desk.give(trader, "order.place", LIMIT)
    hand = await SubAccount.objects.aget(quote="USDT")
    before: Answered = await desk.give(trader, "order.cancel_all")
    assert before.data == {"cancelled": 1}
    assert (await SubAccount.objects.aget(quote="USDT")).version == hand.version + 1

"""The admin's pages of live trading: what they show and find, to whom, and that nothing is written by hand there."""

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from streaming.events import Side
from streaming.times import milliseconds
from tests.accounts.admin.browsers import StaffWith
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of, load, store, strategy_of
from tests.trading.market import symbol_listed
from trading.audit.services import Actor, audit_append
from trading.engine.matching.book import Book
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.events import KillSwitchScope
from trading.models import (
    ActorSource,
    AuditEntry,
    Fill,
    Grid,
    KillSwitch,
    Order,
    RiskLimits,
    Strategy,
    StrategySignal,
    SubAccount,
    TradingAccount,
)

_TIME = milliseconds(NOW)
_PARAMETERS = GridParameters(lower_price=Decimal(90), upper_price=Decimal(110), grid_count=4)
MODELS = ("tradingaccount", "order", "fill", "grid", "strategy", "killswitch", "auditentry")


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(f"/admin/trading/{address}", query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def found(client: Client, model: str, **query: str) -> list[Any]:
    answer = client.get(f"/admin/trading/{model}/", query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


@pytest.fixture
def traded(db: None) -> SubAccount:
    """Let Ada have bought at the market, have an order open, and a grid running."""
    symbol_listed()
    account = account_of()
    hand = hand_of(account)
    loaded = load(hand)
    for name, kind, price in (("bought", OrderType.MARKET, 0), ("open", OrderType.LIMIT, 9000)):
        request = OrderRequest(client_order_id=name, side=Side.BUY, type=kind, quantity=1500, price=price)
        loaded.engine.place("BTCUSDT", request, market=10_000, time=_TIME)
    loaded.engine.take_new("BTCUSDT", market=10_000, time=_TIME)
    store(loaded)
    grid = load(grid_of(account, _PARAMETERS))
    assert grid.grid is not None
    grid.grid.start(market=10_000, time=_TIME)
    grid.grid.see_book(Book())
    grid.grid.advance(market=10_000, time=_TIME)
    store(grid)
    strategy = strategy_of(account, "rsi_reversion", is_public=True).strategy
    assert strategy is not None
    StrategySignal.objects.create(
        strategy=strategy, number=1, time=NOW, action="buy", price=Decimal(100), confidence=Decimal("0.7"), reason="low"
    )
    KillSwitch.objects.create(scope=KillSwitchScope.USER.value, user=account.owner, level="halted", changed_at=NOW)
    audit_append(
        actor=Actor(user_id=1, name="Ada", source=ActorSource.REST, address="203.0.113.7"),
        action="order.place",
        now=NOW,
        account=account,
        reason="=1+1",
    )
    return hand


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("tradingaccount", ["paper", "acc_", "Ada"]),
        ("order", ["BTCUSDT", "buy limit gtc", "1.5", "90", "filled", "Ada"]),
        ("fill", ["BTCUSDT", "buy of ord_", "taker", "USDT", "Ada"]),
        ("grid", ["grid_", "running", "1000", "Ada"]),
        ("strategy", ["strat_", "rsi_reversion", "BTCUSDT", "1m", "created", "1000", "Ada"]),
        ("killswitch", ["Ada", "halted"]),
        ("auditentry", ["order.place", "203.0.113.7"]),
    ],
)
def test_it_lists_the_rows_with_what_counts(
    administrator: Client, traded: SubAccount, model: str, words: list[str]
) -> None:
    text = page(administrator, f"{model}/")
    for word in words:
        assert word in text


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.usefixtures("traded")
def test_each_row_has_a_page_on_which_nothing_is_written(administrator: Client, model: str) -> None:
    key = quote(found(administrator, model)[0])
    assert "Save" not in page(administrator, f"{model}/{key}/change/")
    assert administrator.post(f"/admin/trading/{model}/{key}/change/", {"reason": "x"}).status_code == 403
    assert administrator.get(f"/admin/trading/{model}/add/").status_code == 403
    assert administrator.post(f"/admin/trading/{model}/{key}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.usefixtures("traded")
def test_only_staff_who_may_view_them_see_them(staff_with: StaffWith, model: str) -> None:
    browser = staff_with("view_backtest")
    assert browser.get(f"/admin/trading/{model}/").status_code == 403
    User.objects.filter(username="Staff").delete()
    assert staff_with(f"view_{model}").get(f"/admin/trading/{model}/").status_code == 200


@pytest.mark.parametrize(
    ("model", "query", "count"),
    [
        ("order", {"state__exact": "filled"}, 2),
        ("order", {"q": "open"}, 1),
        ("order", {"user_is": "ada"}, 7),
        ("order", {"user_is": "grace"}, 0),
        ("order", {"symbol_is": "ethusdt"}, 0),
        ("order", {"placed_from": "2026-11-21"}, 0),
        ("fill", {"user_is": "ada"}, 2),
        ("fill", {"executed_to": "2026-11-19"}, 0),
        ("grid", {"state__exact": "paused"}, 0),
        ("grid", {"user_is": "ada"}, 1),
        ("strategy", {"state__exact": "running"}, 0),
        ("strategy", {"is_public__exact": "1"}, 1),
        ("strategy", {"q": "rsi_reversion"}, 1),
        ("killswitch", {"user_is": "ada"}, 1),
        ("tradingaccount", {"user_is": "grace"}, 0),
        ("auditentry", {"action_is": "order.place"}, 1),
        ("auditentry", {"action_is": "order"}, 0),
        ("auditentry", {"done_from": "2026-11-21"}, 0),
    ],
)
@pytest.mark.usefixtures("traded")
def test_it_finds_what_is_asked_for(administrator: Client, model: str, query: dict[str, str], count: int) -> None:
    assert len(found(administrator, model, **query)) == count


def test_the_page_of_an_account_tells_what_it_holds(administrator: Client, traded: SubAccount) -> None:
    text = page(administrator, f"tradingaccount/{quote(traded.account_id)}/change/")
    assert "BTC: 1.5 free" in text
    grid = SubAccount.objects.get(grid__isnull=False)
    assert f"USDT: {load(traded).engine.account.free('USDT') // 10**24}" in text
    assert str(grid.grid_id) in text


def test_the_page_of_an_account_shows_fifty_sub_accounts_at_a_time_in_as_many_queries_as_few(
    administrator: Client, traded: SubAccount
) -> None:
    address = f"tradingaccount/{quote(traded.account_id)}/change/"
    page(administrator, address)  # what is asked for once
    with CaptureQueriesContext(connection) as of_few:
        page(administrator, address)
    grids = [grid_of(traded.account, _PARAMETERS).grid for _ in range(60)]
    with CaptureQueriesContext(connection) as of_many:
        text = page(administrator, address)
    assert len(of_many) == len(of_few)
    shown = [grid.pk for grid in grids if grid is not None and grid.pk in text]
    assert shown == [grid.pk for grid in grids[-50:] if grid is not None]


def test_the_page_of_a_grid_shows_its_levels(administrator: Client, traded: SubAccount) -> None:
    grid = Grid.objects.get()
    text = page(administrator, f"grid/{quote(grid.pk)}/change/")
    assert "90 and 95" in text
    assert "grid_count: 4" in text


def test_the_page_of_a_strategy_shows_its_signals(administrator: Client, traded: SubAccount) -> None:
    strategy = Strategy.objects.get()
    text = page(administrator, f"strategy/{quote(strategy.pk)}/change/")
    for word in ("fast: 3", "slow: 8", "0.7", "low"):
        assert word in text


def test_the_page_of_an_order_shows_its_executions(administrator: Client, traded: SubAccount) -> None:
    fill = Fill.objects.filter(sub_account=traded).get()
    text = page(administrator, f"order/{quote(fill.order_id)}/change/")
    assert "taker" in text
    assert format(fill.fee, "f") in text


def test_the_audit_is_exported_as_the_filters_leave_it(administrator: Client, traded: SubAccount) -> None:
    actor = Actor(user_id=None, name="worker", source=ActorSource.WORKER)
    audit_append(actor=actor, action="order.cancel_all_after", now=NOW)
    answer = administrator.get("/admin/trading/auditentry/export/", {"source__exact": "rest"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(StringIO(text)))
    assert [(row["number"], row["action"], row["reason"]) for row in rows] == [("1", "order.place", "'=1+1")]
    assert rows[0]["hash"] == AuditEntry.objects.get(number=1).hash
    assert "export/?source__exact=rest" in page(administrator, "auditentry/", source__exact="rest")


def _set_limits(client: Client, account: TradingAccount, **limits: str) -> Any:
    address = f"/admin/trading/tradingaccount/{quote(account.pk)}/set-limits/"
    return client.post(address, {"_form_submitted": "true", **limits})


def test_limits_are_set_in_a_dialog_and_audited(administrator: Client, traded: SubAccount) -> None:
    assert _set_limits(administrator, traded.account, order_size="500.5", open_orders="20").status_code == 200
    limits = RiskLimits.objects.get(account=traded.account)
    assert (limits.order_size, limits.open_orders, limits.daily_loss) == (Decimal("500.5"), 20, None)
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.action, entry.actor, entry.source, entry.target) == (
        "account.set_limits", "Root", "admin", traded.account_id,
    )  # fmt: skip
    assert '"order_size":"500.5"' in entry.after
    dialog = administrator.get(f"/admin/trading/tradingaccount/{quote(traded.account_id)}/set-limits/")
    assert "500.5" in dialog.content.decode()


def test_limits_are_refused_in_the_words_of_the_command_that_sets_them(
    administrator: Client, traded: SubAccount
) -> None:
    answer = _set_limits(administrator, traded.account, daily_loss="-1", price_collar="1.5", open_orders="0")
    for sentence in (
        "daily_loss must be a number above 0 and of at most 1000000000000",
        "price_collar must be a number above 0 and below 1",
        "open_orders must be a whole number from 1 to 100000",
    ):
        assert sentence in answer.content.decode()
    assert not RiskLimits.objects.filter(account=traded.account).exists()
    assert not AuditEntry.objects.filter(action="account.set_limits").exists()


def test_who_may_only_view_accounts_sets_no_limits(staff_with: StaffWith, traded: SubAccount) -> None:
    assert _set_limits(staff_with("view_tradingaccount"), traded.account, open_orders="1").status_code == 403
    assert not RiskLimits.objects.filter(open_orders=1).exists()


_ORDER = "order/{order}/change/"
_ACCOUNT = "tradingaccount/{account}/change/"
_LIMITS = "tradingaccount/{account}/set-limits/"
_MAY = (
    (("view_order",), {_ORDER: "no fee", _ACCOUNT: 403, _LIMITS: 403, "auditentry/export/": 403}),
    (("view_order", "view_fill"), {_ORDER: "fee", "fill/": 200, "grid/": 403}),
    (("view_tradingaccount",), {_ACCOUNT: 200, _LIMITS: 403, _ORDER: 403}),
    (("view_tradingaccount", "change_risklimits"), {_ACCOUNT: 200, _LIMITS: 200, "killswitch/": 403}),
    (("change_risklimits",), {_ACCOUNT: 403, _LIMITS: 403}),
    (
        ("change_order", "change_grid", "change_killswitch"),
        {_ORDER: 200, "grid/": 200, "killswitch/": 200, "fill/": 403},
    ),
    (("view_auditentry",), {"auditentry/": 200, "auditentry/export/": 200, "order/": 403}),
    (("view_backtest",), {"backtest/": 200, "order/": 403, "grid/": 403, "tradingaccount/": 403, "auditentry/": 403}),
)
"""What staff who are no superusers get of the pages, by their permissions."""


@pytest.mark.parametrize(
    ("permissions", "pages"), _MAY, ids=lambda value: "-".join(value) if type(value) is tuple else ""
)
def test_staff_get_as_far_as_their_permissions(
    staff_with: StaffWith, traded: SubAccount, permissions: tuple[str, ...], pages: dict[str, object]
) -> None:
    order = Fill.objects.filter(sub_account=traded).get().order_id
    browser, names = staff_with(*permissions), {"order": quote(order), "account": quote(traded.account_id)}
    for address, expected in pages.items():
        answer = browser.get("/admin/trading/" + address.format_map(names))
        if isinstance(expected, str):
            assert ("taker" in answer.content.decode()) == (expected == "fee"), address
        else:
            assert answer.status_code == expected, address
        if address in {_ORDER, _ACCOUNT}:
            posted = browser.post("/admin/trading/" + address.format_map(names), {"state": "filled", "name": "x"})
            assert posted.status_code == 403, address
    assert set(Order.objects.values_list("state", flat=True)) == {"filled", "accepted"}


def test_open_orders_keep_their_user(administrator: Client, traded: SubAccount) -> None:
    owner = traded.account.owner_id
    before = (Order.objects.count(), AuditEntry.objects.count())
    answer = administrator.post(f"/admin/accounts/user/{owner}/delete/", {"post": "yes"})
    assert answer.status_code == 200
    assert "open: cancel" in answer.content.decode()
    assert (Order.objects.count(), AuditEntry.objects.count()) == before

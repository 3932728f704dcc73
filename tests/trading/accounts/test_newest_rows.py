"""Lists of what all of a user's accounts have: as if all were sorted, but read as each account's index lies."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.databases.query_plans import plan_of, sorting
from tests.trading.live.rows import NOW, account_of, hand_of
from trading.accounts.newest_rows import account_ids
from trading.grids.parameters import GridQuery
from trading.grids.selectors import grids_page
from trading.models import Order, SubAccount, TradingAccount
from trading.orders.parameters import OrderQuery
from trading.orders.selectors import orders_page
from trading.strategies.parameters import StrategyQuery
from trading.strategies.selectors import strategies_page

pytestmark = pytest.mark.django_db
ORDERS = 60


@pytest.fixture
def owner() -> User:
    """Return a user with two accounts, of which now the one has an order and now the other; another has a third."""
    first = account_of()
    fees = {"maker_fee": 0, "taker_fee": 0, "created_at": NOW}
    stranger = User.objects.create_user("stranger", "stranger@example.com", "secret")
    second = TradingAccount.objects.create(owner=first.owner, name="second", **fees)
    third = TradingAccount.objects.create(owner=stranger, name="third", **fees)
    hands = [hand_of(one) for one in (first, second, third)]
    Order.objects.bulk_create(_order(hands[number * 7 // 3 % 3], number) for number in range(ORDERS))
    return first.owner


def _order(hand: SubAccount, number: int) -> Order:
    given = {"client_order_id": str(number), "symbol": "BTCUSDT", "side": "buy", "type": "limit"}
    ended = {"state": "filled", "ended_at": NOW} if number % 5 else {}
    times = {"time_in_force": "gtc", "placed_at": NOW + timedelta(seconds=number // 4), "updated_at": NOW}
    return Order(account=hand.account, sub_account=hand, number=number, **given | times | ended)


@pytest.mark.parametrize("given", [{}, {"open": True}, {"open": False}, {"offset": 7}, {"offset": 35, "limit": 50}])
def test_a_page_is_what_it_would_be_if_all_were_sorted(owner: User, given: dict[str, Any]) -> None:
    query = OrderQuery(**{"limit": 10} | given)
    rows = Order.objects.filter(account__owner=owner).order_by("-placed_at", "-pk")
    if query.open is not None:
        rows = rows.filter(state="accepted") if query.open else rows.exclude(state="accepted")
    page = orders_page(owner_id=owner.pk, query=query)
    assert list(page.items) == list(rows[query.offset : query.offset + query.limit])
    assert page.total == rows.count()


def test_a_page_is_of_the_one_account_that_is_named_and_of_no_strangers(owner: User) -> None:
    accounts = account_ids(owner_id=owner.pk)
    stranger = TradingAccount.objects.exclude(owner=owner).get()
    assert stranger.pk not in accounts
    for account in accounts:
        page = orders_page(owner_id=owner.pk, query=OrderQuery(account=account, limit=100))
        assert {order.account_id for order in page.items} == {account}
    page = orders_page(owner_id=owner.pk, query=OrderQuery(account=stranger.pk))
    assert (page.items, page.total) == ([], 0)


def test_no_page_reads_all_that_there_is_to_sort_it(owner: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        orders_page(owner_id=owner.pk, query=OrderQuery(limit=10))
        grids_page(owner_id=owner.pk, query=GridQuery(limit=10))
        strategies_page(owner_id=owner.pk, query=StrategyQuery(limit=10))
    of_pages = [query for query in queries if query["sql"].endswith("LIMIT 10")]
    assert len(of_pages) == 6
    assert sorting(of_pages) == []
    for index in ("order_of_account", "grid_of_account", "strategy_of_account"):
        assert sum(index in plan_of(query["sql"]) for query in of_pages) == 2


def test_the_orders_of_all_are_counted_by_the_index_alone(owner: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        orders_page(owner_id=owner.pk, query=OrderQuery(limit=10))
    [count] = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert "JOIN" not in count
    assert "trading_tradingaccount" not in count
    with CaptureQueriesContext(connection) as queries:
        orders_page(owner_id=owner.pk, query=OrderQuery(limit=100))
    assert not [query["sql"] for query in queries if "COUNT(" in query["sql"]]

"""The admin's long tables: no page reads all rows to sort them, and a whole id is found by an index."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from streaming.admin.read_only import LongTableAdmin
from tests.databases.query_plans import sorting
from tests.trading.live.rows import NOW, account_of, hand_of
from trading.models import Order

admin.autodiscover()
_LONG = sorted(
    (model._meta.label for model, page in admin.site._registry.items() if isinstance(page, LongTableAdmin)),
)


@pytest.fixture
def staff(db: None) -> Client:
    """Return a browser in which somebody is logged in who may see everything."""
    client = Client()
    client.force_login(User.objects.create_superuser("Root", "root@example.com", "secret"))
    return client


def _queries_of(staff: Client, label: str, **given: str) -> list[dict[str, str]]:
    options = apps.get_model(label)._meta
    with CaptureQueriesContext(connection) as queries:
        page = staff.get(reverse(f"admin:{options.app_label}_{options.model_name}_changelist"), given)
    assert page.status_code == 200
    return [query for query in queries if f'FROM "{options.db_table}"' in query["sql"]]


@pytest.mark.parametrize("label", _LONG)
def test_it_is_sorted_as_an_index_lies(staff: Client, label: str) -> None:
    queries = _queries_of(staff, label)
    assert any("ORDER BY" in query["sql"] for query in queries)
    assert sorting(queries) == []


@pytest.mark.parametrize("label", _LONG)
def test_each_whole_field_that_is_searched_by_is_what_an_index_begins_with(label: str) -> None:
    model = apps.get_model(label)
    page = admin.site._registry[model]
    for path in (field.removesuffix("__exact") for field in page.search_fields if field.endswith("__exact")):
        of = model
        for name in path.split("__"):
            field = of._meta.get_field(name)
            assert _begins_index(of, field), f"{label}: {path}"
            of = field.related_model or of


def _begins_index(model: type[models.Model], field: Any) -> bool:
    if field.unique or field.db_index:
        return True
    whole = [index.fields[0] for index in model._meta.indexes if index.condition is None]
    return field.name in whole


def test_an_order_is_found_by_each_of_its_ids_and_by_several_of_them(staff: Client) -> None:
    hand = hand_of(account_of())
    given = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "time_in_force": "gtc"}
    times = {"placed_at": NOW, "updated_at": NOW}
    first, second = (
        Order.objects.create(
            account=hand.account, sub_account=hand, number=number, client_order_id=f"own{number}", **given | times
        )
        for number in (1, 2)
    )
    for words, found in (
        (first.pk, {first.pk}),
        ("own2", {second.pk}),
        (hand.account_id, {first.pk, second.pk}),
        (f"{hand.account_id} own1", {first.pk}),
        (f"{first.pk} own2", set()),
        ("own", set()),
    ):
        page = staff.get(reverse("admin:trading_order_changelist"), {"q": words})
        assert {order.pk for order in page.context["cl"].result_list} == found, words


def test_an_order_is_looked_for_by_one_id_after_the_other(staff: Client) -> None:
    [asked] = [query["sql"] for query in _queries_of(staff, "trading.Order", q="own1") if "LIMIT" in query["sql"]]
    assert "UPPER(" not in asked.upper()
    assert " OR " not in asked

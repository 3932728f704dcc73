"""Rows that are inserted many at once come out as they went in, and are refused as any other row is."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from alerts.models import AlertEvent, Delivery, Notification
from streaming.database.bulk_insert import rows_insert
from tests.alerts.notifications.drafts import NOW, rule_of, user
from tests.databases.postgres_database import PostgresDatabase

_FIRED_AT = datetime(2026, 11, 20, 12, 0, 0, 123_000, tzinfo=UTC)
_TEXTS = ('\'; "x" \\ %s {threshold} $.a\n\t', "🌊 Ä 日本", "", " ", "null", "1e3")


def _event(rule_id: int, owner_id: int, number: int, **columns: Any) -> Mapping[str, Any]:
    return {
        "rule_id": rule_id,
        "owner_id": owner_id,
        "number": number,
        "name": "BTC",
        "symbol": "BTCUSDT",
        "source": "price",
        "operator": "above",
        "threshold": None,
        "value": Decimal("0.1"),
        "late": False,
        "fired_at": _FIRED_AT,
        **columns,
    }


@pytest.mark.django_db
def test_it_keeps_texts_numbers_and_times_exactly() -> None:
    rule = rule_of(user("Ada"))
    value, threshold = Decimal("100.2000000000000000000001"), Decimal("1E+3")
    rows = [
        _event(rule.pk, rule.owner_id, number, name=text, value=value, threshold=threshold, late=True)
        for number, text in enumerate(_TEXTS)
    ]
    ids = rows_insert(AlertEvent, rows)
    stored = [AlertEvent.objects.get(pk=pk) for pk in ids]
    assert [event.name for event in stored] == list(_TEXTS)
    assert {(str(event.value), str(event.threshold), event.late, event.fired_at) for event in stored} == {
        (str(value), "1000", True, _FIRED_AT)
    }


@pytest.mark.django_db
def test_it_gives_what_is_left_out_as_a_new_row_has_it() -> None:
    rule = rule_of(user("Ada"))
    before = datetime.now(UTC)
    [pk] = rows_insert(AlertEvent, [_event(rule.pk, rule.owner_id, 1)])
    event = AlertEvent.objects.get(pk=pk)
    assert (event.previous, event.simulated, event.suppressed, event.condition) == (None, False, 0, 0)
    assert before <= event.created_at <= datetime.now(UTC)


@pytest.mark.django_db
def test_it_returns_the_ids_in_the_order_of_the_rows_however_many_they_are() -> None:
    rule = rule_of(user("Ada"))
    numbers = [*range(11_000, 0, -1)]
    ids = rows_insert(AlertEvent, [_event(rule.pk, rule.owner_id, number) for number in numbers])
    stored = dict(AlertEvent.objects.values_list("pk", "number"))
    assert [stored[pk] for pk in ids] == numbers
    assert ids == sorted(ids)


@pytest.mark.django_db
def test_it_inserts_nothing_of_nothing() -> None:
    assert rows_insert(AlertEvent, []) == []


@pytest.mark.django_db
def test_it_inserts_none_where_one_is_there_already() -> None:
    owner = user("Ada")
    row = Notification.objects.create(user=owner, seq=1, kind="alert", title="BTC", created_at=NOW)
    delivery = {"notification_id": row.pk, "channel": "email", "not_before": NOW}
    rows_insert(Delivery, [delivery])
    with pytest.raises(IntegrityError), transaction.atomic():
        rows_insert(Delivery, [delivery | {"channel": "webhook"}, delivery])
    assert list(Delivery.objects.values_list("channel", "state", "held")) == [("email", "waiting", False)]


def _insert() -> None:
    owner = User.objects.order_by("pk")[0]
    words = {"user_id": owner.pk, "kind": "alert", "created_at": _FIRED_AT}
    rows_insert(Notification, [{**words, "seq": seq, "title": text} for seq, text in enumerate(_TEXTS)])


@pytest.mark.postgres
def test_it_keeps_texts_and_times_on_postgresql_too(postgres: PostgresDatabase) -> None:
    postgres.run(_insert)
    stored = postgres.query("SELECT title, created_at, count FROM alerts_notification ORDER BY id")
    assert stored == [(text, _FIRED_AT, 1) for text in _TEXTS]

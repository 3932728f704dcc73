"""Rows that are inserted many at once come out as they went in, and are refused as any other row is."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from alerts.models import AlertEvent, Delivery, Notification
from streaming.database.bulk_insert import rows_insert, rows_upsert
from tests.alerts.notifications.drafts import NOW, rule_of, user
from tests.databases.postgres_database import PostgresDatabase
from tests.wallets.rows import chain_named
from tests.wallets.simple_chain import address, hash_of
from wallets.models import Balance

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


def _balance(number: int, amount: int) -> Mapping[str, Any]:
    at = {"block_number": amount % 2**60, "block_hash": hash_of(1), "changed_at": _FIRED_AT}
    return {"chain_id": "ethereum", "address": address(number), "asset": "native", "amount": amount, **at}


def _upsert() -> None:
    """Store two rows, and then these with a third; of what is there the amount alone changes."""
    chain_named()
    unique = ("chain_id", "address", "asset")
    first = rows_upsert(Balance, [_balance(2, 5), _balance(1, 6)], unique=unique, update=["amount"])
    rows = [_balance(number, 2**200 + number) for number in (1, 3, 2)]
    second = rows_upsert(Balance, rows, unique=unique, update=["amount"])
    assert [second[2], second[0]] == first
    found = {row.pk: (row.address, row.amount, row.block_number) for row in Balance.objects.all()}
    assert [found[pk] for pk in second] == [
        (address(1), 2**200 + 1, 6),
        (address(3), 2**200 + 3, (2**200 + 3) % 2**60),
        (address(2), 2**200 + 2, 5),
    ]
    assert rows_upsert(Balance, [], unique=unique, update=["amount"]) == []


@pytest.mark.django_db
def test_it_changes_what_is_there_already_where_it_is_to() -> None:
    _upsert()


@pytest.mark.postgres
def test_it_changes_what_is_there_on_postgresql_too(postgres: PostgresDatabase) -> None:
    postgres.run(_upsert)
    assert len(postgres.query("SELECT id FROM wallets_balance")) == 3


def _insert() -> None:
    owner = User.objects.order_by("pk")[0]
    words = {"user_id": owner.pk, "kind": "alert", "created_at": _FIRED_AT}
    rows_insert(Notification, [{**words, "seq": seq, "title": text} for seq, text in enumerate(_TEXTS)])


@pytest.mark.postgres
def test_it_keeps_texts_and_times_on_postgresql_too(postgres: PostgresDatabase) -> None:
    postgres.run(_insert)
    stored = postgres.query("SELECT title, created_at, count FROM alerts_notification ORDER BY id")
    assert stored == [(text, _FIRED_AT, 1) for text in _TEXTS]

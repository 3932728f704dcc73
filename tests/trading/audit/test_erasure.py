"""A person who was deleted is out of the audit, and what is changed of it besides shows all the same."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from tests.databases.postgres_database import PostgresDatabase
from tests.trading.audit.tampering import change, verified
from trading.audit.erasure import person_erase
from trading.audit.services import Actor, audit_append
from trading.audit.verification import AuditBrokenError
from trading.models import ActorSource, AuditEntry

_NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
_STAFF = Actor(user_id=1, name="Root", source=ActorSource.ADMIN, address="203.0.113.1")


def _append(*users: int) -> None:
    for number, user_id in enumerate(users):
        audit_append(
            actor=Actor(user_id=user_id, name=f"user {user_id}", source=ActorSource.REST, address="203.0.113.7"),
            action="order.place",
            now=_NOW + timedelta(seconds=number),
            owner_id=user_id,
        )


@pytest.mark.django_db
def test_it_takes_out_who_did_it_and_leaves_all_elseverified() -> None:
    _append(7, 8, 7)
    assert person_erase(user_id=7, actor=_STAFF, now=_NOW) == 2
    _append(8)
    told = AuditEntry.objects.order_by("number").values_list("actor", "address", "is_without_person")
    assert list(told)[:3] == [("", "", True), ("user 8", "203.0.113.7", False), ("", "", True)]
    assert verified(batch=2)[-1] == (5, 5)


@pytest.mark.django_db
def test_the_one_who_took_somebody_out_may_be_taken_out_too() -> None:
    _append(7, 1)
    person_erase(user_id=7, actor=_STAFF, now=_NOW)
    person_erase(user_id=1, actor=Actor(user_id=None, name="", source=ActorSource.COMMAND_LINE), now=_NOW)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "4 rows" in out.getvalue()
    assert not AuditEntry.objects.exclude(actor__in=["", "user 8"]).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "number"),
    [
        ("UPDATE trading_auditentry SET reason = 'x' WHERE number = 3", 1),  # of those that one row seals, the first
        ("UPDATE trading_auditentry SET actor = 'Eve' WHERE number = 3", 3),
        ("UPDATE trading_auditentry SET actor = '', address = '', is_without_person = true WHERE number = 2", 2),
        ("UPDATE trading_auditentry SET is_without_person = false WHERE number = 1", 1),
        ("UPDATE trading_auditentry SET after = '' WHERE number = 4", 4),
    ],
)
def test_it_finds_what_was_changed_besides(tamper: str, number: int) -> None:
    _append(7, 8, 7)
    person_erase(user_id=7, actor=_STAFF, now=_NOW)
    change(tamper)
    with pytest.raises(AuditBrokenError) as broken:
        verified()
    assert broken.value.number == number


def _take_out() -> None:
    _append(7, 8)
    person_erase(user_id=7, actor=_STAFF, now=_NOW)
    assert verified()[-1] == (3, 3)


@pytest.mark.postgres
def test_postgresql_lets_the_person_go_and_nothing_else(postgres: PostgresDatabase) -> None:
    postgres.run(_take_out)

    def refuse() -> None:
        changes = "actor = '', address = '', is_without_person = true"
        for statement in (
            f"UPDATE trading_auditentry SET {changes}, reason = 'x'",  # noqa: S608 - a text of ours
            "UPDATE trading_auditentry SET actor = 'Eve', address = '', is_without_person = true",
            "UPDATE trading_auditentry SET actor = ''",
            "UPDATE trading_auditentry SET is_without_person = false",
            "DELETE FROM trading_auditentry",
        ):
            with pytest.raises(DatabaseError, match="never changed or deleted"):
                connection.cursor().execute(statement)

    postgres.run(refuse)

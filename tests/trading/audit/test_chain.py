"""The audit's rows hang together: what is done to them past the services is found, and the first wrong row named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from tests.databases.postgres_database import PostgresDatabase
from tests.trading.audit.tampering import change, verified
from trading.audit.services import Actor, audit_append
from trading.audit.verification import AuditBrokenError, audit_verify
from trading.models import ActorSource, AppendOnlyError, AuditEntry, AuditHead

_NOW = datetime(2026, 11, 20, 12, 0, 0, 123_456, tzinfo=UTC)
_ADA = Actor(user_id=7, name="Ada", source=ActorSource.REST, address="203.0.113.7")


def _append(count: int) -> None:
    for number in range(count):
        audit_append(
            actor=_ADA,
            action="order.place",
            now=_NOW + timedelta(seconds=number),
            target=f"ord_{number}",
            reason="é \U0001f30a",
            after={"price": Decimal("94000.10"), "a": [1, None]},
        )


@pytest.mark.django_db
def test_it_keeps_what_was_done_and_finds_it_whole() -> None:
    _append(7)
    first, second = AuditEntry.objects.order_by("number")[:2]
    assert (first.number, first.actor, first.source, first.address) == (1, "Ada", "rest", "203.0.113.7")
    assert (first.before, first.after) == ("", '{"a":[1,null],"price":"94000.10"}')
    assert second.previous_hash == first.hash
    assert verified() == [(3, 7), (6, 7), (7, 7)]


@pytest.mark.django_db
def test_it_is_whole_while_it_is_empty() -> None:
    assert verified() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "number", "what"),
    [
        ("UPDATE trading_auditentry SET reason = '' WHERE number = 4", 4, "was changed"),
        ("UPDATE trading_auditentry SET actor_id = NULL WHERE number = 1", 1, "was changed"),
        ("DELETE FROM trading_auditentry WHERE number = 5", 5, "is missing"),
        ("DELETE FROM trading_auditentry WHERE number < 3", 1, "is missing"),
        ("DELETE FROM trading_auditentry WHERE number > 5", 6, "is missing"),
        ("DELETE FROM trading_auditentry", 1, "is missing"),
        ("DELETE FROM trading_audithead", 1, "was inserted"),
    ],
)
def test_it_names_the_first_row_that_is_wrong(tamper: str, number: int, what: str) -> None:
    _append(7)
    change(tamper)
    with pytest.raises(AuditBrokenError, match=what) as broken:
        verified()
    assert broken.value.number == number


def _renumbered(swaps: dict[int, int]) -> Callable[[], None]:
    def swap() -> None:
        for before, after in swaps.items():
            change(f"UPDATE trading_auditentry SET number = {after} WHERE number = {before}")  # noqa: S608 - numbers of ours

    return swap


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "number"),
    [
        (_renumbered({3: 100, 4: 3, 100: 4}), 3),  # moved
        (_renumbered({3: 100, 4: 3, 5: 4, 6: 5, 7: 6}), 3),  # one removed, the others moved up
    ],
)
def test_it_finds_rows_that_were_moved(tamper: Callable[[], None], number: int) -> None:
    _append(7)
    tamper()
    with pytest.raises(AuditBrokenError) as broken:
        verified()
    assert broken.value.number == number


@pytest.mark.django_db
def test_it_finds_a_row_that_was_inserted_though_its_hash_is_right() -> None:
    _append(2)
    head = AuditHead.objects.get()
    _append(1)
    AuditHead.objects.update(number=head.number, hash=head.hash)
    with pytest.raises(AuditBrokenError, match="row 3 was inserted"):
        verified()


@pytest.mark.django_db
def test_it_takes_rows_for_right_that_are_added_while_it_walks() -> None:
    _append(4)
    walk = audit_verify(batch=2)
    assert next(walk) == (2, 4)
    _append(3)
    assert list(walk) == [(4, 4), (6, 6), (7, 7)]


@pytest.mark.django_db
def test_it_lets_nobody_change_or_delete_a_row() -> None:
    _append(1)
    entry = AuditEntry.objects.get()
    for refused in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        AuditEntry.objects.filter(number=1).update,
    ):
        with pytest.raises(AppendOnlyError):
            refused()
    assert verified() == [(1, 1)]


@pytest.mark.django_db
def test_the_command_says_whether_it_is_whole() -> None:
    _append(2)
    output = StringIO()
    call_command("verify_audit", stdout=output)
    assert output.getvalue().startswith("The audit is whole: 2 rows; the last has the hash ")
    change("DELETE FROM trading_auditentry WHERE number = 2")
    with pytest.raises(CommandError, match="audit row 2 is missing") as refused:
        call_command("verify_audit")
    assert refused.value.returncode == 1


def _append_two() -> None:
    _append(2)
    assert verified() == [(2, 2)]


@pytest.mark.postgres
def test_postgresql_itself_refuses_to_change_or_delete_a_row(postgres: PostgresDatabase) -> None:
    postgres.run(_append_two)

    def refuse() -> None:
        for statement in ("UPDATE trading_auditentry SET reason = ''", "DELETE FROM trading_auditentry"):
            with pytest.raises(DatabaseError, match="never changed or deleted"):
                connection.cursor().execute(statement)

    postgres.run(refuse)

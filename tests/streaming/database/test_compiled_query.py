"""A query whose SQL is made once finds, and an update writes, what Django's own would by the values of each call."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from streaming.database.compiled_query import CompiledQuery, CompiledUpdate, Given, GivenTime
from streaming.database.conditions import Among
from tests.alerts.notifications.drafts import user
from tests.databases.postgres_database import PostgresDatabase

_JOINED = datetime(2026, 11, 24, 12, 30, 15, 250_000, tzinfo=UTC)
_NAMES = ("ada", 'b"o\\b', "carl's {x} %s", "🌊,d")


_NAMED = CompiledQuery(
    User,
    lambda: (
        User.objects.filter(Among("username", Given("names")), pk__gte=Given("least"), is_staff=False)
        .exclude(email=Given("but"))
        .order_by("pk")
        .values_list("username", "pk", "date_joined", "is_active")
    ),
)


def _find() -> None:
    ids = {name: user(name).pk for name in _NAMES}
    User.objects.update(date_joined=_JOINED)
    first = min(ids.values())
    rows = {name: (name, ids[name], _JOINED, True) for name in _NAMES}
    for asked in (_NAMES, _NAMES[1:3], ("nobody",), ()):
        found = _NAMED.rows(names=asked, least=first, but="")
        assert [tuple(row) for row in found] == [rows[name] for name in asked if name in rows]
    assert [row[0] for row in _NAMED.rows(names=_NAMES, least=ids[_NAMES[2]], but="")] == [*_NAMES[2:]]
    mail = User.objects.get(pk=first).email
    assert [row[0] for row in _NAMED.rows(names=_NAMES, least=first, but=mail)] == [*_NAMES[bool(mail) :]]


@pytest.mark.django_db
def test_each_call_finds_by_its_own_values() -> None:
    _find()


@pytest.mark.postgres
def test_each_call_finds_by_its_own_values_on_postgresql_too(postgres: PostgresDatabase) -> None:
    postgres.run(_find)


_REWRITTEN = CompiledUpdate(
    User,
    lambda: User.objects.filter(username=Given("name"), date_joined__lt=GivenTime("before")),
    password=Given("password"),
    date_joined=GivenTime("joined"),
)


def _update() -> None:
    ids = {name: user(name).pk for name in _NAMES}
    User.objects.update(date_joined=_JOINED, password="")
    later = _JOINED + timedelta(microseconds=1)
    assert _REWRITTEN.update(name=_NAMES[1], before=_JOINED, password="of none", joined=later) == 0
    for name in _NAMES[1:3]:
        assert _REWRITTEN.update(name=name, before=later, password=f"{name}@{ids[name]}", joined=later) == 1
    rows = User.objects.filter(pk__in=ids.values()).order_by("pk").values_list("username", "password", "date_joined")
    changed = [(name, f"{name}@{ids[name]}", later) for name in _NAMES[1:3]]
    assert list(rows) == [(_NAMES[0], "", _JOINED), *changed, (_NAMES[3], "", _JOINED)]


@pytest.mark.django_db
def test_an_update_writes_each_call_s_own_values() -> None:
    _update()


@pytest.mark.postgres
def test_an_update_writes_each_call_s_own_values_on_postgresql_too(postgres: PostgresDatabase) -> None:
    postgres.run(_update)


@pytest.mark.django_db
def test_an_update_that_fails_lets_nothing_be_committed_any_more() -> None:
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            _REWRITTEN.update(
                name=user("ada").username, before=_JOINED + timedelta(days=9999), password=None, joined=_JOINED
            )
        assert transaction.get_rollback()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_call_is_one_query_and_lacks_no_value() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        _NAMED.rows(names=_NAMES, least=0, but="")
        _NAMED.rows(names=_NAMES, least=1, but="")
    assert len(asked) == 2
    for given, wrong in (({}, "least"), ({"least": 0, "most": 9}, "most")):
        with pytest.raises(TypeError, match=wrong):
            _NAMED.rows(names=_NAMES, but="", **given)

"""A condition on many values finds the rows that have one of them, whatever the values are, and however many."""

import pytest

from accounts.models import User
from streaming.database.conditions import Among
from tests.alerts.notifications.drafts import user
from tests.databases.postgres_database import PostgresDatabase

_NAMES = ("ada", 'b"o\\b', "carl's {x}", "🌊,d")


@pytest.mark.django_db
def test_it_finds_by_texts_and_numbers() -> None:
    ids = {name: user(name).pk for name in _NAMES}
    names = User.objects.order_by("pk").values_list("username", flat=True)
    assert list(names.filter(Among("username", [*_NAMES[1:], "nobody"]))) == [*_NAMES[1:]]
    assert list(names.filter(Among("pk", [ids["ada"], *range(10**6, 10**6 + 70_000)]))) == ["ada"]
    assert not names.filter(Among("username", [])).exists()
    assert names.exclude(Among("username", _NAMES[1:])).get(pk=ids["ada"]) == "ada"


def _rename() -> None:
    names = [each.username for each in User.objects.all()]
    found = User.objects.filter(Among("username", names), Among("pk", [each.pk for each in User.objects.all()]))
    assert found.update(first_name=_NAMES[1]) == len(names)
    assert User.objects.filter(Among("first_name", [_NAMES[1], _NAMES[2]])).count() == len(names)
    assert not User.objects.filter(Among("pk", [])).exists()


def _look_alikes() -> None:
    """What an array's text would take apart, or for nothing, is a value like any other."""
    for name in ("a", "b", "null", "0xa"):
        user(name)
    found = User.objects.order_by("pk").values_list("username", flat=True)
    assert list(found.filter(Among("username", ["a,b", "null"]))) == ["null"]
    assert list(found.filter(Among("username", ["", "a"]))) == ["a"]
    assert list(found.filter(Among("username", ["0xa", "b"]))) == ["b", "0xa"]
    assert not found.filter(Among("pk", [-1])).exists()


@pytest.mark.postgres
def test_on_postgresql_values_are_what_they_are(postgres: PostgresDatabase) -> None:
    postgres.run(_look_alikes)


@pytest.mark.postgres
def test_it_finds_on_postgresql_too(postgres: PostgresDatabase) -> None:
    postgres.run(_rename)
    assert {row[0] for row in postgres.query("SELECT first_name FROM accounts_user")} == {_NAMES[1]}

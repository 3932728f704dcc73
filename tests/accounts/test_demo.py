"""The demo's users."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from pytest_django import Settings

from accounts.demo import demo_users_ensure, users_with_known_passwords
from accounts.errors import DemoUsersRefusedError
from accounts.models import User
from tests.accounts.two_factor.authenticator import turn_on

_ARGON2 = "accounts.passwords.hashing.BoundedArgon2Hasher"


@pytest.mark.parametrize(("name", "is_administrator"), [("demo", False), ("admin", True)])
def test_it_makes_users_whose_password_is_their_name(db: None, name: str, is_administrator: bool) -> None:
    demo_users_ensure()
    user = authenticate(username=name, password=name)
    assert isinstance(user, User)
    assert (user.is_staff, user.is_superuser) == (is_administrator, is_administrator)
    user.full_clean()


def test_it_lets_them_log_in_over_rest_with_the_hasher_of_production(db: None, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [_ARGON2]
    demo_users_ensure()
    assert User.objects.get(username="demo").password.startswith("argon2$")
    body = {"username": "demo", "password": "demo"}
    response = Client().post("/api/v1/auth/token/", body, content_type="application/json")
    assert response.status_code == 200


def test_it_changes_nothing_the_second_time(db: None) -> None:
    demo_users_ensure()
    before = list(User.objects.values())
    demo_users_ensure()
    assert list(User.objects.values()) == before
    assert len(before) == 2


def test_it_puts_back_what_was_changed(db: None) -> None:
    demo_users_ensure()
    for user in User.objects.all():
        user.is_active, user.is_staff, user.is_superuser = False, not user.is_staff, not user.is_superuser
        user.set_password("changed")
        user.save()
    demo_users_ensure()
    assert not User.objects.get(username="demo").is_superuser
    assert User.objects.get(username="admin").is_superuser
    assert authenticate(username="demo", password="demo") is not None


def test_it_turns_two_factor_off_that_somebody_turned_on(db: None) -> None:
    demo_users_ensure()
    turn_on(User.objects.get(username="demo"), "demo")
    demo_users_ensure()
    assert User.objects.get(username="demo").two_factor_since is None


def test_it_leaves_others_alone(user: User) -> None:
    demo_users_ensure()
    before = User.objects.values().get(pk=user.pk)
    demo_users_ensure()
    assert User.objects.values().get(pk=user.pk) == before


def test_it_makes_none_in_production(db: None, settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(DemoUsersRefusedError):
        demo_users_ensure()
    assert not User.objects.exists()


def test_it_puts_them_into_the_group_of_traders(db: None) -> None:
    demo_users_ensure()
    demo_users_ensure()
    for user in User.objects.all():
        assert [group.name for group in user.groups.all()] == ["traders"]


def test_it_tells_whose_password_everybody_knows(user: User) -> None:
    assert users_with_known_passwords() == []
    demo_users_ensure()
    assert users_with_known_passwords() == ["admin", "demo"]
    demo = User.objects.get(username="demo")
    demo.set_password("admin")
    demo.save()
    assert users_with_known_passwords() == ["admin"]
    User.objects.filter(username="admin").update(is_active=False)
    assert users_with_known_passwords() == ["admin"]
    User.objects.filter(username="admin").delete()
    assert users_with_known_passwords() == []


def test_it_reads_only_columns_that_every_version_has(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as asked:
        users_with_known_passwords()
    assert "token_generation" not in asked.captured_queries[0]["sql"]

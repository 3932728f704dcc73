"""Who a password logs in, and what a refusal costs."""

from typing import Any

import pytest
from django.contrib.auth import aauthenticate, authenticate
from pytest_django import Settings

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.passwords.counting_hasher import CountingHasher


@pytest.mark.parametrize("login", ["Ada", "ada", "ada@example.com", "Ada@Example.com"])
def test_it_logs_in_with_name_or_address(user: User, login: str) -> None:
    assert authenticate(username=login, password=PASSWORD) == user


@pytest.mark.parametrize(
    ("login", "password"),
    [("Ada", "wrong"), ("Ada", ""), ("Ada", PASSWORD.upper()), ("nobody", PASSWORD), ("", PASSWORD), ("", "")],
)
def test_it_refuses_wrong_credentials(user: User, login: str, password: str) -> None:
    assert authenticate(username=login, password=password) is None


@pytest.mark.parametrize("credentials", [{"username": "Ada"}, {"password": PASSWORD}, {"email": "ada@example.com"}])
def test_it_refuses_half_of_the_credentials(user: User, credentials: dict[str, Any]) -> None:
    assert authenticate(**credentials) is None


def test_it_refuses_an_inactive_user(inactive_user: User) -> None:
    assert authenticate(username="Former", password=PASSWORD) is None


def test_it_refuses_a_user_without_a_password(db: None) -> None:
    User.objects.create_user("Keyless", "keyless@example.com")
    assert authenticate(username="Keyless", password="!") is None


@pytest.mark.usefixtures("shared_database")
async def test_it_does_the_same_for_asynchronous_callers() -> None:
    user = await User.objects.acreate_user("Ada", "ada@example.com", PASSWORD)
    assert await aauthenticate(username="ada@example.com", password=PASSWORD) == user
    assert await aauthenticate(username="ada@example.com", password="wrong") is None


@pytest.mark.parametrize("login", ["Ada", "ada@example.com", "Former", "nobody", "nobody@example.com"])
def test_it_hashes_once_whoever_is_refused(settings: Settings, db: None, login: str) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.passwords.counting_hasher.CountingHasher"]
    User.objects.create_user("Ada", "ada@example.com", PASSWORD)
    User.objects.create_user("Former", "former@example.com", PASSWORD, is_active=False)
    before = CountingHasher.hashes
    assert authenticate(username=login, password="wrong") is None
    assert CountingHasher.hashes - before == 1

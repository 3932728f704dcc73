"""Who is found, by what."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.selectors import active_users_by_id, mail_address_of, user_by_login


@pytest.mark.parametrize("login", ["Ada", "ada", "ADA", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_it_finds_a_user_by_name_and_address_in_any_case(user: User, login: str) -> None:
    assert user_by_login(login) == user


@pytest.mark.parametrize("login", ["", "Ad", "Ada ", "%", "A_a", "ada@example", "ada@example.com ", "@", "1"])
def test_it_finds_nobody_by_what_merely_resembles(user: User, login: str) -> None:
    assert user_by_login(login) is None


def test_it_takes_an_address_for_the_one_of_who_confirmed_it_else_of_the_first_who_claimed_it(user: User) -> None:
    later = User.objects.create_user("Later", "ADA@example.com", "password")
    assert user_by_login("ada@example.com") == user
    User.objects.filter(pk=later.pk).update(email_confirmed_at=timezone.now())
    assert user_by_login("ada@example.com") == later


def test_it_finds_nobody_by_an_unconfirmed_address_where_that_is_set(user: User, settings: Settings) -> None:
    settings.LOGIN_BY_UNCONFIRMED_EMAIL = False
    assert user_by_login("ada@example.com") is None
    User.objects.filter(pk=user.pk).update(email_confirmed_at=timezone.now())
    assert user_by_login("ada@example.com") == user
    assert user_by_login("Ada") == user


def test_it_finds_an_active_user_by_id(user: User) -> None:
    assert active_users_by_id([str(user.pk)]) == {str(user.pk): user}


def test_it_finds_no_inactive_user(inactive_user: User) -> None:
    assert active_users_by_id([str(inactive_user.pk)]) == {}


@pytest.mark.parametrize("user_id", ["", "0", "-1", "1.0", "one", "٣", "1 ", "9" * 18, "9" * 19, "9" * 5000, "\x00"])
def test_it_finds_nobody_by_what_is_no_id(user: User, user_id: str) -> None:
    assert active_users_by_id([user_id]) == {}


def test_it_gives_mail_a_confirmed_address_only(user: User) -> None:
    assert mail_address_of(user) is None
    user.email_confirmed_at = timezone.now()
    assert mail_address_of(user) == "ada@example.com"

"""Who is found, by what."""

import pytest

from accounts.models import User
from accounts.selectors import active_user_by_id, user_by_login


@pytest.mark.parametrize("login", ["Ada", "ada", "ADA", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_it_finds_a_user_by_name_and_address_in_any_case(user: User, login: str) -> None:
    assert user_by_login(login) == user


@pytest.mark.parametrize("login", ["", "Ad", "Ada ", "%", "A_a", "ada@example", "ada@example.com ", "@", "1"])
def test_it_finds_nobody_by_what_merely_resembles(user: User, login: str) -> None:
    assert user_by_login(login) is None


def test_it_finds_an_active_user_by_id(user: User) -> None:
    assert active_user_by_id(str(user.pk)) == user


def test_it_finds_no_inactive_user(inactive_user: User) -> None:
    assert active_user_by_id(str(inactive_user.pk)) is None


@pytest.mark.parametrize("user_id", ["", "0", "-1", "1.0", "one", "٣", "1 ", "9" * 18, "9" * 19, "9" * 5000, "\x00"])
def test_it_finds_nobody_by_what_is_no_id(user: User, user_id: str) -> None:
    assert active_user_by_id(user_id) is None

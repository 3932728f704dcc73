"""The admin's page on which one changes one's own password: what it asks for, and what it counts."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Login, User
from tests.accounts.admin.browsers import browser_of, text_of
from tests.accounts.conftest import PASSWORD
from tests.accounts.passwords.busy_hasher import BUSY_HASHER
from tests.accounts.rest import post
from tests.accounts.two_factor.authenticator import turn_on

_PAGE = "/admin/password_change/"
_NEW = "a new one, longer"


@pytest.fixture
def browser(staff_user: User) -> Client:
    """Return a browser in which a member of staff is logged in."""
    return browser_of(staff_user)


def _change(browser: Client, *, old: str = PASSWORD, new: str = _NEW, code: str = "") -> Any:
    form = {"old_password": old, "new_password1": new, "new_password2": new, "code": code}
    return browser.post(_PAGE, form)


def _knows(user: User, password: str) -> bool:
    user.refresh_from_db()
    return user.check_password(password)


def test_it_sets_the_password_and_begins_no_login(browser: Client, staff_user: User) -> None:
    assert _change(browser).headers["Location"] == "/admin/password_change/done/"
    assert _knows(staff_user, _NEW)
    assert browser.get("/admin/").status_code == 200
    assert not Login.objects.exists()


def test_it_counts_wrong_passwords_with_those_of_rest(browser: Client, staff_user: User) -> None:
    for _ in range(2):
        assert post("auth/token/", {"username": "Staff", "password": "wrong"}).status_code == 401
    for _ in range(2):
        assert "This is not your password" in text_of(_change(browser, old="wrong"))
    locked_out = _change(browser, old="wrong")
    assert (locked_out.status_code, _change(browser).status_code) == (429, 429)
    assert int(locked_out.headers["Retry-After"]) > 0
    assert _knows(staff_user, PASSWORD)


def test_it_asks_for_a_code_with_two_factor(browser: Client, staff_user: User) -> None:
    authenticator, _ = turn_on(staff_user, PASSWORD)
    browser.force_login(staff_user)
    assert 'autocomplete="one-time-code"' in text_of(browser.get(_PAGE))
    assert "A code of your authenticator app is needed" in text_of(_change(browser))
    assert "This code is wrong" in text_of(_change(browser, code=authenticator.wrong_code()))
    assert _knows(staff_user, PASSWORD)
    assert _change(browser, code=authenticator.code()).status_code == 302
    assert _knows(staff_user, _NEW)


def test_it_refuses_a_poor_password_before_a_code_is_used_up(browser: Client, staff_user: User) -> None:
    authenticator, _ = turn_on(staff_user, PASSWORD)
    browser.force_login(staff_user)
    code = authenticator.code()
    assert "too common" in text_of(_change(browser, new="password", code=code))
    assert _change(browser, code=code).status_code == 302


def test_it_says_where_too_many_wait_for_hashing(browser: Client, staff_user: User, settings: Settings) -> None:
    quick, settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS, [BUSY_HASHER]
    busy = _change(browser)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert "try again in a few seconds" in busy.content.decode()
    settings.PASSWORD_HASHERS = quick
    assert _knows(staff_user, PASSWORD)


def test_it_takes_as_many_tries_as_rest(browser: Client, settings: Settings) -> None:
    memory = "django.core.cache.backends.locmem.LocMemCache"  # a new one: in the other, tests have counted before
    settings.CACHES = {"default": {"BACKEND": memory, "LOCATION": uuid4().hex}}
    settings.THROTTLE_PASSWORD = "1/day"
    assert [_change(browser, old="wrong").status_code for _ in range(2)] == [200, 429]


def test_it_is_for_those_who_may_use_the_admin(user: User) -> None:
    assert browser_of(user).get(_PAGE).headers["Location"].startswith("/admin/login/")
    assert _change(browser_of(user)).headers["Location"].startswith("/admin/login/")
    assert _knows(user, PASSWORD)

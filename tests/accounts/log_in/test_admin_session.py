"""One log-in for the page and the admin: `auth/admin-session/`, and what ends such a session."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.log_in.admin_session import admin_sessions_forget
from accounts.models import User
from accounts.services import access_refresh, user_log_out, user_log_out_everywhere
from accounts.tokens.json_web_tokens import TokenPair, pair_issue
from streaming.installed import retention_rules
from streaming.times import milliseconds
from tests.accounts.rest import assert_refused, assert_unauthenticated, get, post
from tests.accounts.tokens_of_others import claims_of, signed

_PATH = "auth/admin-session/"
_ADDRESS = f"/api/v1/{_PATH}"


def _open(pair: TokenPair, browser: Client) -> Any:
    headers = {"Authorization": f"Bearer {pair.access}"}
    return browser.post(_ADDRESS, {"refresh": pair.refresh}, content_type="application/json", headers=headers)


def _is_in(browser: Client) -> bool:
    return browser.get(reverse("admin:index")).status_code == 200


@pytest.mark.row("AC-76")
def test_it_lets_staff_into_the_admin_without_asking_again(staff_user: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert not _is_in(browser)
    opened = _open(pair_issue(user=staff_user), browser)
    assert (opened.status_code, opened.content) == (204, b"")
    cookie = opened.cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    assert _is_in(browser)
    assert browser.post(reverse("admin:logout")).status_code == 403  # forms of other sites are refused as before


@pytest.mark.row("AC-76")
def test_it_is_open_to_nobody_else(user: User, staff_user: User, superuser: User) -> None:
    assert_unauthenticated(post(_PATH, {"refresh": pair_issue(user=staff_user).refresh}))
    assert_refused(post(_PATH, {"refresh": pair_issue(user=user).refresh}, user=user), 403, "PERMISSION_DENIED")
    bad = [pair_issue(user=superuser).refresh, pair_issue(user=staff_user).access, "no token", signed(claims_of("1"))]
    for refresh in bad:
        refused = post(_PATH, {"refresh": refresh}, user=staff_user)
        assert_refused(refused, 400, "VALIDATION_ERROR", "refresh")
        assert "sessionid" not in refused.cookies


def test_it_takes_no_session_for_a_login_and_no_form(staff_user: User) -> None:
    """A page of another site can send cookies and forms, but no header."""
    browser = Client()
    browser.force_login(staff_user)
    refresh = pair_issue(user=staff_user).refresh
    response: Any = browser.post(_ADDRESS, {"refresh": refresh}, content_type="application/json")
    assert_unauthenticated(response)
    form = post(_PATH, f"refresh={refresh}".encode(), content_type="application/x-www-form-urlencoded", user=staff_user)
    assert_refused(form, 415, "VALIDATION_ERROR")


@pytest.mark.row("AC-84")
def test_it_asks_for_two_factor_first_where_it_is_required(superuser: User, settings: Settings) -> None:
    settings.TWO_FACTOR_REQUIRED_FOR_STAFF = True
    pair = pair_issue(user=superuser)
    refused = _open(pair, Client())
    assert_refused(refused, 403, "PERMISSION_DENIED")
    assert "two-factor" in refused.json()["error"]["message"]
    User.objects.filter(pk=superuser.pk).update(two_factor_since=dt.datetime.now(dt.UTC))
    assert _open(pair, Client()).status_code == 204


@pytest.mark.row("AC-77")
@pytest.mark.parametrize("everywhere", [False, True])
def test_it_ends_with_the_login_on_the_page(staff_user: User, everywhere: bool) -> None:
    here, there = Client(), Client()
    pair, other = pair_issue(user=staff_user), pair_issue(user=staff_user)
    _open(pair, here)
    _open(other, there)
    user_log_out(user=staff_user, refresh=pair.refresh, everywhere=everywhere)
    assert [_is_in(browser) for browser in (here, there)] == [False, not everywhere]


@pytest.mark.row("AC-77")
def test_it_ends_the_login_on_the_page_when_one_logs_out_in_the_admin(staff_user: User) -> None:
    browser, pair, other = Client(), pair_issue(user=staff_user), pair_issue(user=staff_user)
    _open(pair, browser)
    browser.post(reverse("admin:logout"))
    assert not _is_in(browser)
    assert_unauthenticated(post("auth/token/refresh/", {"refresh": pair.refresh}))
    assert_unauthenticated(get("auth/me/", Authorization=f"Bearer {pair.access}"))
    assert post("auth/token/refresh/", {"refresh": other.refresh}).status_code == 200


def test_it_ends_no_login_when_one_logs_out_who_came_by_the_form(staff_user: User) -> None:
    browser, pair = Client(), pair_issue(user=staff_user)
    browser.force_login(staff_user)
    browser.post(reverse("admin:logout"))
    assert post("auth/token/refresh/", {"refresh": pair.refresh}).status_code == 200


def test_it_ends_when_the_refresh_token_does(staff_user: User) -> None:
    now = dt.datetime.now(dt.UTC)
    with time_machine.travel(now, tick=False) as traveller:
        pair, browser = pair_issue(user=staff_user), Client()
        traveller.shift(dt.timedelta(days=13))
        _open(TokenPair(access=access_refresh(refresh=pair.refresh), refresh=pair.refresh), browser)
        traveller.shift(dt.timedelta(hours=23))
        assert _is_in(browser)
        traveller.shift(dt.timedelta(hours=2))
        assert not _is_in(browser)


def test_it_takes_the_place_of_another_users_session(staff_user: User, superuser: User) -> None:
    browser = Client()
    browser.force_login(superuser)
    _open(pair_issue(user=staff_user), browser)
    assert browser.session["_auth_user_id"] == str(staff_user.pk)
    user_log_out_everywhere(user=staff_user)
    assert not _is_in(browser)


def test_sessions_that_have_expired_are_deleted_and_nobody_elses(staff_user: User) -> None:
    browser = Client()
    browser.force_login(staff_user)
    ends = milliseconds(Session.objects.get().expire_date)
    assert [sum(rule.forget(now_ms=ends)) for rule in retention_rules() if rule.what == "sessions of the admin"] == [0]
    assert _is_in(browser)
    assert [sum(admin_sessions_forget(now_ms=ends + more)) for more in (1, 1)] == [1, 0]
    assert not _is_in(browser)

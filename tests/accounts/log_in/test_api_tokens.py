"""`token/refresh/`, `token/verify/`, `logout/` and `me/` below `/api/v1/auth/`, over HTTP."""

import datetime as dt
import itertools
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from accounts.services import user_log_out_everywhere
from accounts.tokens.json_web_tokens import TokenKind, pair_issue, token_read
from streaming.connections.closing import LOGGED_OUT, ClosingOrder
from tests.accounts.closings import Closings
from tests.accounts.rest import assert_refused, assert_unauthenticated, get, post
from tests.accounts.tokens_of_others import OTHER_KEY, claims_of, signed

_REFRESH, _VERIFY, _LOGOUT, _ME = "auth/token/refresh/", "auth/token/verify/", "auth/logout/", "auth/me/"
_FIELD = {_REFRESH: "refresh", _VERIFY: "token", _LOGOUT: "refresh"}
_POSTS = list(_FIELD)


def _me(access: str) -> Any:
    return get(_ME, Authorization=f"Bearer {access}")


def test_it_refreshes_until_the_refresh_token_ends(user: User) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as traveller:
        refresh = pair_issue(user=user).refresh
        traveller.shift(dt.timedelta(days=14, seconds=-1))
        response = post(_REFRESH, {"refresh": refresh})
        assert (response.status_code, set(response.json())) == (200, {"access"})
        assert response.headers["Cache-Control"] == "no-store"
        assert _me(response.json()["access"]).json()["username"] == "Ada"
        assert token_read(response.json()["access"], TokenKind.ACCESS).generation == 0
        traveller.shift(1)
        assert_unauthenticated(post(_REFRESH, {"refresh": refresh}))


def _bad_tokens(user: User, inactive_user: User) -> dict[str, str]:
    logged_out = pair_issue(user=user)
    user_log_out_everywhere(user=user)
    return {
        "logged out": logged_out.refresh,
        "inactive": pair_issue(user=inactive_user).refresh,
        "another key": signed(claims_of(str(user.pk), token_type="refresh"), key=OTHER_KEY),
        "of nobody": signed(claims_of("999999", token_type="refresh")),
        "without a user": signed(claims_of(None, token_type="refresh")),
        "expired": signed(claims_of(str(user.pk), token_type="refresh", exp=1)),
        "touched": pair_issue(user=user).refresh[:-4] + "AAAA",
        "no token": "no token",
        "unicode": "☃",
    }


def test_it_refreshes_with_nothing_else(user: User, inactive_user: User) -> None:
    bad = {**_bad_tokens(user, inactive_user), "access": pair_issue(user=user).access}
    for token in bad.values():
        assert_unauthenticated(post(_REFRESH, {"refresh": token}))


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_it_verifies_a_good_token(user: User, kind: str) -> None:
    response = post(_VERIFY, {"token": getattr(pair_issue(user=user), kind)})
    assert (response.status_code, response.json()) == (200, {})


def test_it_verifies_no_bad_token(user: User, inactive_user: User) -> None:
    for token in _bad_tokens(user, inactive_user).values():
        assert_unauthenticated(post(_VERIFY, {"token": token}))


@pytest.mark.parametrize("names_refresh", [True, False])
def test_it_logs_out_everywhere(
    names_refresh: bool,
    user: User,
    superuser: User,
    closings: Closings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    here, elsewhere, others = pair_issue(user=user), pair_issue(user=user), pair_issue(user=superuser)
    with django_capture_on_commit_callbacks(execute=True):
        body = {"everywhere": True, **({"refresh": here.refresh} if names_refresh else {})}
        response = post(_LOGOUT, body, Authorization=f"Bearer {elsewhere.access}")
    assert (response.status_code, response.content) == (204, b"")
    assert closings.heard() == [ClosingOrder(user_id=str(user.pk), reason=LOGGED_OUT, before_generation=1)]
    for pair in (here, elsewhere):
        assert_unauthenticated(_me(pair.access))
        assert_unauthenticated(post(_REFRESH, {"refresh": pair.refresh}))
    assert _me(others.access).status_code == 200
    user.refresh_from_db()
    assert _me(pair_issue(user=user).access).status_code == 200


def test_it_ends_the_login_of_the_refresh_token_only(
    user: User,
    closings: Closings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ended, other = pair_issue(user=user), pair_issue(user=user)
    refreshed = post(_REFRESH, {"refresh": ended.refresh}).json()["access"]
    with django_capture_on_commit_callbacks(execute=True):
        response = post(_LOGOUT, {"refresh": ended.refresh}, Authorization=f"Bearer {other.access}")
    assert (response.status_code, response.content) == (204, b"")
    login_id = token_read(ended.access, TokenKind.ACCESS).login_id
    assert closings.heard() == [ClosingOrder(user_id=str(user.pk), reason=LOGGED_OUT, login_id=login_id)]
    for access in (ended.access, refreshed):
        assert_unauthenticated(_me(access))
    assert_unauthenticated(post(_REFRESH, {"refresh": ended.refresh}))
    assert _me(other.access).status_code == 200
    assert post(_REFRESH, {"refresh": other.refresh}).status_code == 200


@pytest.mark.parametrize("everywhere", [1, "true", None, [], {}])
def test_it_takes_nothing_but_true_and_false_for_everywhere(user: User, everywhere: Any) -> None:
    body = {"refresh": pair_issue(user=user).refresh, "everywhere": everywhere}
    assert_refused(post(_LOGOUT, body, user=user), 400, "VALIDATION_ERROR", "everywhere")


def test_it_logs_nobody_out_without_a_login(user: User) -> None:
    pair = pair_issue(user=user)
    assert_unauthenticated(post(_LOGOUT, {"refresh": pair.refresh}))
    for bad in ("Bearer bad", f"Bearer {pair.refresh}"):
        assert_unauthenticated(post(_LOGOUT, {"refresh": pair.refresh}, Authorization=bad))
    assert _me(pair.access).status_code == 200


def test_it_logs_out_with_the_own_refresh_token_only(
    user: User, superuser: User, inactive_user: User, closings: Closings
) -> None:
    bad = [
        *_bad_tokens(user, inactive_user).values(),
        pair_issue(user=user).access,
        pair_issue(user=superuser).refresh,
    ]
    own, others = pair_issue(user=user), pair_issue(user=superuser)
    closings.heard()
    for refresh, everywhere in itertools.product(bad, (False, True)):
        body = {"refresh": refresh, "everywhere": everywhere}
        response = post(_LOGOUT, body, Authorization=f"Bearer {own.access}")
        assert_refused(response, 400, "VALIDATION_ERROR", "refresh")
    assert closings.heard() == []
    assert (_me(own.access).status_code, _me(others.access).status_code) == (200, 200)


def test_it_shows_who_one_is(user: User, staff_user: User, superuser: User) -> None:
    for each in (user, staff_user, superuser):
        profile = get(_ME, user=each).json()
        assert profile == {
            "user_id": str(each.pk),
            "username": each.username,
            "email": each.email,
            "is_staff": each.is_staff,
            "is_superuser": each.is_superuser,
            "groups": [],
            "permissions": sorted(each.get_all_permissions()),
            "email_confirmed": False,
            "two_factor": "off",
            "date_joined": profile["date_joined"],
            "time_zone": "",
            "device_time_zone": "",
        }
        joined = dt.datetime.fromisoformat(profile["date_joined"])
        assert abs(joined - each.date_joined) < dt.timedelta(milliseconds=1)
    assert "accounts.add_user" in get(_ME, user=superuser).json()["permissions"]


def test_it_shows_nothing_to_nobody(user: User, inactive_user: User) -> None:
    assert_unauthenticated(get(_ME))
    assert_unauthenticated(get(_ME, user=inactive_user))
    assert_unauthenticated(_me(pair_issue(user=user).refresh))


@pytest.mark.parametrize("path", _POSTS)
@pytest.mark.parametrize("value", [None, 1, True, [], {}, "", "x" * 8193, "\x00"])
def test_it_names_a_token_of_a_wrong_type(user: User, path: str, value: Any) -> None:
    assert_refused(post(path, {_FIELD[path]: value}, user=user), 400, "VALIDATION_ERROR", _FIELD[path])


@pytest.mark.parametrize("path", _POSTS)
def test_it_names_a_token_that_is_missing(user: User, path: str) -> None:
    assert_refused(post(path, {}, user=user), 400, "VALIDATION_ERROR", _FIELD[path])
    assert_refused(post(path, {"more": 1}, user=user), 400, "VALIDATION_ERROR", _FIELD[path], "more")

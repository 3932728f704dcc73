"""One's logins over REST: which go on and where they were used; ending one, and all others."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.logins.recording import MOST_REMEMBERED, logins_forget
from accounts.models import Login, User
from accounts.tokens.json_web_tokens import TokenKind, pair_issue, token_read
from streaming.connections.closing import LOGGED_OUT, ClosingOrder
from streaming.times import milliseconds
from tests.accounts.closings import Closings
from tests.accounts.conftest import PASSWORD
from tests.accounts.keys import key_of
from tests.accounts.rest import assert_refused, assert_unauthenticated, get, post
from tests.accounts.tokens_of_others import claims_of_another_issuer, signed
from tests.accounts.two_factor.authenticator import Authenticator

_LOGINS, _OTHERS, _REFRESH = "auth/logins/", "auth/logins/end-others/", "auth/token/refresh/"
_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def _log_in(agent: str = "curl/8.5.0", password: str = PASSWORD) -> dict[str, str]:
    answer = post("auth/token/", {"username": "Ada", "password": password}, **_agent(agent))
    assert answer.status_code == 200
    return dict(answer.json())


def _bearer(pair: dict[str, str]) -> dict[str, Any]:
    return {"Authorization": f"Bearer {pair['access']}"}


def _agent(text: str) -> dict[str, Any]:
    return {"User-Agent": text}


def _listed(pair: dict[str, str]) -> list[dict[str, Any]]:
    answer = get(_LOGINS, **_bearer(pair))
    assert answer.status_code == 200, answer.content
    assert answer.json()["total"] == len(answer.json()["items"])
    return list(answer.json()["items"])


def _end(pair: dict[str, str], login: int) -> Any:
    return Client().delete(f"/api/v1/{_LOGINS}{login}/", headers=_bearer(pair))


def _login_id(pair: dict[str, str]) -> str:
    return token_read(pair["refresh"], TokenKind.REFRESH).login_id


def test_it_lists_where_logins_began_and_were_used_those_used_last_first(user: User) -> None:
    with time_machine.travel(_START, tick=False) as traveller:
        browser = _log_in(_FIREFOX)
        traveller.shift(dt.timedelta(hours=1))
        _log_in()
        traveller.shift(dt.timedelta(hours=1))
        browser |= post(_REFRESH, {"refresh": browser["refresh"]}, **_agent(_FIREFOX)).json()
        one, other = _listed(browser)
    assert {name: one[name] for name in one if name != "id"} == {
        "client": "Firefox 128 on Linux",
        "address": "127.0.0.1",
        "begun": "2026-03-01T12:00:00.000Z",
        "last_used": "2026-03-01T14:00:00.000Z",
        "expires_at": "2026-03-15T12:00:00.000Z",
        "current": True,
    }
    assert (other["client"], other["last_used"], other["current"]) == (
        "curl 8.5.0",
        "2026-03-01T13:00:00.000Z",
        False,
    )


def test_it_notes_use_once_a_minute(user: User) -> None:
    with time_machine.travel(_START, tick=False) as traveller:
        pair = _log_in()
        for seconds, noted in ((59, _START), (2, _START + dt.timedelta(seconds=61))):
            traveller.shift(seconds)
            assert post(_REFRESH, {"refresh": pair["refresh"]}).status_code == 200
            assert Login.objects.get().last_used_at == noted


def test_it_remembers_a_login_of_before_when_it_is_used(user: User) -> None:
    with time_machine.travel(_START, tick=False) as traveller:
        pair = pair_issue(user=user)
        traveller.shift(dt.timedelta(days=1))
        access = post(_REFRESH, {"refresh": pair.refresh}).json()
        [login] = _listed(access)
    assert (login["begun"], login["current"]) == ("2026-03-01T12:00:00.000Z", True)


def test_it_ends_one_with_its_connections_and_no_other(
    user: User, closings: Closings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    lost, kept = _log_in(_FIREFOX), _log_in()
    [gone] = [login for login in _listed(kept) if not login["current"]]
    with django_capture_on_commit_callbacks(execute=True):
        assert _end(kept, gone["id"]).status_code == 204
    order = ClosingOrder(user_id=str(user.pk), reason=LOGGED_OUT, login_id=_login_id(lost))
    assert closings.heard() == [order]
    assert_unauthenticated(get("auth/me/", **_bearer(lost)))
    assert_unauthenticated(post(_REFRESH, {"refresh": lost["refresh"]}))
    assert [login["current"] for login in _listed(kept)] == [True]
    assert_refused(_end(kept, gone["id"]), 404, "NOT_FOUND")


def test_it_ends_nobody_elses(user: User, superuser: User) -> None:
    _log_in()
    other = {"access": pair_issue(user=superuser).access}
    assert_refused(_end(other, Login.objects.get().pk), 404, "NOT_FOUND")
    assert Login.objects.exists()
    assert _listed(other) == []


def test_it_ends_all_others_also_those_that_nobody_remembers_and_goes_on_itself(
    user: User, closings: Closings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    own, other, unknown = _log_in(_FIREFOX), _log_in(), pair_issue(user=user)
    with django_capture_on_commit_callbacks(execute=True):
        answer = post(_OTHERS, {}, **_bearer(own), **_agent(_FIREFOX))
    assert (answer.status_code, set(answer.json())) == (200, {"access", "refresh"})
    assert closings.heard() == [ClosingOrder(user_id=str(user.pk), reason=LOGGED_OUT, before_generation=1)]
    for ended in (own, other, {"access": unknown.access}):
        assert_unauthenticated(get("auth/me/", **_bearer(ended)))
    [login] = _listed(answer.json())
    assert (login["client"], login["current"]) == ("Firefox 128 on Linux", True)
    assert _login_id(answer.json()) == _login_id(own)


@pytest.mark.parametrize("claims", [{}, {"sid": "their-login"}, {"generation": 0}])
def test_a_token_of_another_issuer_ends_no_others_and_gets_no_tokens(
    user: User, settings: Settings, claims: dict[str, Any]
) -> None:
    settings.JWT_EXTERNAL = True
    own, foreign = pair_issue(user=user), signed(claims_of_another_issuer(str(user.pk), **claims))
    answer = post(_OTHERS, {}, **_bearer({"access": foreign}))
    assert_refused(answer, 403, "PERMISSION_DENIED")
    assert not Login.objects.exists()
    for going_on in (own.access, foreign):
        assert get("auth/me/", **_bearer({"access": going_on})).status_code == 200


def test_signing_out_and_a_new_password_take_what_they_end_from_the_list(user: User) -> None:
    one, other = _log_in(), _log_in(_FIREFOX)
    assert post("auth/logout/", {"refresh": one["refresh"]}, **_bearer(one)).status_code == 204
    assert len(_listed(other)) == 1
    passwords = {"current": PASSWORD, "new": "another horse, another staple"}
    renewed = post("auth/password/change/", passwords, **_bearer(other)).json()
    assert [login["current"] for login in _listed(renewed)] == [True]


def test_turning_on_two_factor_goes_on_as_a_login_that_is_listed(user: User) -> None:
    pair = _log_in()
    begun = post("auth/two-factor/begin/", {"password": PASSWORD}, **_bearer(pair)).json()
    confirmed = post("auth/two-factor/confirm/", {"code": Authenticator(begun["secret"]).code()}, **_bearer(pair))
    assert [login["current"] for login in _listed(confirmed.json())] == [True]


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_no_key_and_nobody_reaches_it(user: User, method: str) -> None:
    path = {"GET": _LOGINS, "DELETE": f"{_LOGINS}1/", "POST": _OTHERS}[method]
    key = key_of(user)
    for headers, status in (({"Authorization": f"Bearer {key}"}, 403), ({}, 401)):
        answer: Any = Client().generic(method, f"/api/v1/{path}", b"{}", "application/json", headers=headers)
        assert_refused(answer, status, "PERMISSION_DENIED")


def test_it_remembers_so_many_and_forgets_those_whose_tokens_have_expired(user: User) -> None:
    pair = _log_in()
    stored = Login.objects.get()
    Login.objects.bulk_create(
        Login(**{**_columns(stored), "login_id": str(number), "last_used_at": _START})
        for number in range(MOST_REMEMBERED)
    )
    last = _log_in()
    assert len(_listed(last)) == MOST_REMEMBERED
    assert {_login_id(pair), _login_id(last)} <= set(Login.objects.values_list("login_id", flat=True))
    assert sum(logins_forget(now_ms=milliseconds(stored.expires_at) - 1)) == 0
    assert sum(logins_forget(now_ms=milliseconds(stored.expires_at) + 60_000)) == MOST_REMEMBERED


def _columns(login: Login) -> dict[str, Any]:
    return {
        field.attname: getattr(login, field.attname) for field in Login._meta.concrete_fields if not field.primary_key
    }

"""`/api/v1/auth/two-factor/…`, and a log-in with a code, over HTTP."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from accounts.errors import ApplicationError
from accounts.models import RecoveryCode, TwoFactorSecret, User
from accounts.services import user_log_out_everywhere
from accounts.two_factor.checking import code_use
from accounts.two_factor.services import two_factor_begin, two_factor_turn_off
from streaming.identity.identity import AuthenticationError
from tests.accounts.conftest import PASSWORD
from tests.accounts.mails.outbox import sent
from tests.accounts.rest import assert_refused, get, post
from tests.accounts.two_factor.authenticator import Authenticator, request_of_nobody, turn_on

_STATE, _BEGIN, _CONFIRM = "auth/two-factor/", "auth/two-factor/begin/", "auth/two-factor/confirm/"
_CODES, _DISABLE, _TOKEN = "auth/two-factor/recovery-codes/", "auth/two-factor/disable/", "auth/token/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let the time stand still, and be moved by the test."""
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), tick=False) as traveller:
        yield traveller


def _log_in(code: str | None = None, *, login: str = "Ada", password: str = PASSWORD) -> Any:
    return post(_TOKEN, {"username": login, "password": password} | ({} if code is None else {"code": code}))


def test_it_is_turned_on_with_a_code_of_the_secret(user: User, clock: time_machine.Traveller) -> None:
    assert get(_STATE, user=user).json() == {"enabled": False, "required": False, "recovery_codes_left": 0}
    begun = post(_BEGIN, {"password": PASSWORD}, user=user)
    assert (begun.status_code, set(begun.json())) == (200, {"secret", "address", "qr_code"})
    assert begun.headers["Cache-Control"] == "no-store"
    assert begun.json()["secret"] in begun.json()["address"]
    assert _log_in().status_code == 200  # not on yet
    authenticator = Authenticator(begun.json()["secret"])
    assert_refused(post(_CONFIRM, {"code": authenticator.wrong_code()}, user=user), 400, "VALIDATION_ERROR", "code")
    confirmed = post(_CONFIRM, {"code": authenticator.code()}, user=user)
    assert (confirmed.status_code, len(confirmed.json()["recovery_codes"])) == (200, 10)
    user.refresh_from_db()
    assert get("auth/me/", Authorization=f"Bearer {confirmed.json()['access']}").status_code == 200
    assert post("auth/token/refresh/", {"refresh": confirmed.json()["refresh"]}).status_code == 200
    assert get(_STATE, user=user).json() == {"enabled": True, "required": False, "recovery_codes_left": 10}
    assert get("auth/me/", user=user).json()["two_factor"] == "on"
    clock.shift(30)
    assert _log_in(authenticator.code()).status_code == 200


def test_it_asks_for_the_code_only_after_the_right_password(user: User) -> None:
    turn_on(user, PASSWORD)
    for code in (None, "", "  "):
        refused = _log_in(code)
        assert_refused(refused, 401, "PERMISSION_DENIED", "code")
        assert refused.json()["error"]["message"] == "A code of your authenticator app is needed"
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    wrong, unknown = _log_in("123456", password="wrong"), _log_in("123456", login="Nobody")
    assert wrong.json() == unknown.json()
    assert_refused(wrong, 401, "PERMISSION_DENIED")


@pytest.mark.row("AC-82")
def test_it_takes_a_code_once_however_it_is_typed(user: User, clock: time_machine.Traveller) -> None:
    authenticator, _ = turn_on(user, PASSWORD)
    code = authenticator.code()
    assert _log_in(f"{code[:3]} {code[3:]}").status_code == 200
    again = _log_in(code)
    assert_refused(again, 401, "PERMISSION_DENIED", "code")
    assert again.json() == _log_in(authenticator.wrong_code()).json()
    clock.shift(30)
    assert _log_in(code).status_code == 401
    assert _log_in(authenticator.code()).status_code == 200


def test_it_takes_no_code_that_was_shown_before_the_last_one_used(user: User) -> None:
    authenticator, _ = turn_on(user, PASSWORD)
    assert _log_in(authenticator.code(steps=1)).status_code == 200
    assert _log_in(authenticator.code()).status_code == 401


def test_it_takes_each_recovery_code_once(user: User) -> None:
    _, codes = turn_on(user, PASSWORD)
    assert [_log_in(code).status_code for code in (codes[0], codes[0], codes[1].upper())] == [200, 401, 200]
    assert get(_STATE, user=user).json()["recovery_codes_left"] == 8


def test_it_takes_no_code_of_another_user(user: User, superuser: User) -> None:
    turn_on(user, PASSWORD)
    others, codes = turn_on(superuser, PASSWORD)
    assert [_log_in(code).status_code for code in (others.code(), codes[0])] == [401, 401]
    assert RecoveryCode.objects.filter(user=superuser).count() == 10


def test_it_ignores_a_code_without_two_factor(user: User) -> None:
    assert _log_in("123456").status_code == 200


@pytest.mark.row("AC-83")
def test_it_locks_out_after_wrong_codes_as_after_wrong_passwords(user: User, clock: time_machine.Traveller) -> None:
    authenticator, codes = turn_on(user, PASSWORD)
    refused = [_log_in(authenticator.wrong_code()) for _ in range(2)] + [_log_in(password="wrong") for _ in range(2)]
    assert [response.status_code for response in refused] == [401] * 4
    locked = _log_in(authenticator.wrong_code())
    assert_refused(locked, 429, "RATE_LIMITED")
    assert locked.headers["Retry-After"] == "900"
    for code in (authenticator.code(), codes[0]):
        assert_refused(_log_in(code), 429, "RATE_LIMITED")
    clock.shift(901)
    assert _log_in(authenticator.code()).status_code == 200


@pytest.mark.row("AC-83")
def test_it_is_not_guessed_from_many_addresses(user: User, clock: time_machine.Traveller, settings: Settings) -> None:
    settings.LOCKOUT_FAILURES = settings.AXES_FAILURE_LIMIT = 1000
    authenticator, codes = turn_on(user, PASSWORD)
    wrong = authenticator.wrong_code()
    assert {_log_in(wrong).status_code for _ in range(settings.TWO_FACTOR_FAILURES)} == {401}
    for code in (wrong, authenticator.code()):
        locked = _log_in(code)
        assert_refused(locked, 429, "RATE_LIMITED")
        assert locked.headers["Retry-After"] == "900"
    assert _log_in(codes[0]).status_code == 200  # nobody guesses one of these
    clock.shift(900)
    assert [_log_in(wrong).status_code for _ in range(2)] == [401, 429]
    clock.shift(900)
    assert _log_in(authenticator.code()).status_code == 200
    assert {_log_in(wrong).status_code for _ in range(3)} == {401}


def test_it_is_turned_off_with_password_and_code_alone(user: User) -> None:
    authenticator, codes = turn_on(user, PASSWORD)
    right = {"password": PASSWORD, "code": authenticator.code()}
    assert_refused(post(_DISABLE, {**right, "password": "wrong"}, user=user), 400, "VALIDATION_ERROR", "password")
    assert_refused(
        post(_DISABLE, {**right, "code": authenticator.wrong_code()}, user=user), 400, "VALIDATION_ERROR", "code"
    )
    assert _log_in().status_code == 401
    assert post(_DISABLE, right, user=user).status_code == 204
    assert _log_in().status_code == 200
    assert not TwoFactorSecret.objects.filter(user=user).exists()
    assert not RecoveryCode.objects.filter(user=user).exists()
    assert_refused(post(_DISABLE, {"password": PASSWORD, "code": codes[0]}, user=user), 409, "CONFLICT")


def test_it_gives_new_recovery_codes_in_the_place_of_the_old(user: User) -> None:
    _, codes = turn_on(user, PASSWORD)
    answer = post(_CODES, {"password": PASSWORD, "code": codes[0]}, user=user)
    renewed = answer.json()["recovery_codes"]
    assert (answer.status_code, len(set(renewed) - set(codes))) == (200, 10)
    assert [_log_in(code).status_code for code in (codes[1], renewed[0])] == [401, 200]


def test_it_refuses_what_comes_out_of_turn(user: User) -> None:
    assert_refused(post(_CONFIRM, {"code": "123456"}, user=user), 409, "CONFLICT")
    both = {"password": PASSWORD, "code": "123456"}
    for path in (_DISABLE, _CODES):
        assert_refused(post(path, both, user=user), 409, "CONFLICT")
    turn_on(user, PASSWORD)
    before = TwoFactorSecret.objects.get().sealed
    assert_refused(post(_BEGIN, {"password": PASSWORD}, user=user), 409, "CONFLICT")
    assert_refused(post(_CONFIRM, {"code": "123456"}, user=user), 409, "CONFLICT")
    assert TwoFactorSecret.objects.get().sealed == before


def test_it_begins_nothing_anew_where_it_was_turned_on_meanwhile(user: User) -> None:
    asked = User.objects.get(pk=user.pk)  # who asks was read before
    turn_on(user, PASSWORD)
    before = TwoFactorSecret.objects.get().sealed
    with pytest.raises(ApplicationError, match="on already"):
        two_factor_begin(user=asked, password=PASSWORD, request=request_of_nobody())
    assert TwoFactorSecret.objects.get().sealed == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("auth/password/change/", {"current": PASSWORD, "new": "another horse, another staple"}),
        ("auth/email/change/", {"email": "countess@example.com", "password": PASSWORD}),
    ],
)
def test_it_asks_for_a_code_before_password_or_address_change(user: User, path: str, body: dict[str, str]) -> None:
    authenticator, codes = turn_on(user, PASSWORD)
    for code in ({}, {"code": ""}, {"code": authenticator.wrong_code()}):
        assert_refused(post(path, {**body, **code}, user=user), 400, "VALIDATION_ERROR", "code")
    assert sent() == []
    assert _log_in(codes[0]).status_code == 200  # by the password of before
    assert post(path, {**body, "code": authenticator.code()}, user=user).status_code in {200, 202}


def test_it_takes_no_code_whose_key_is_gone_and_a_recovery_code_all_the_same(user: User, settings: Settings) -> None:
    authenticator, codes = turn_on(user, PASSWORD)
    settings.SECRET_KEY = "another key, of which nobody kept the one before"
    assert_refused(_log_in(authenticator.code()), 401, "PERMISSION_DENIED", "code")
    assert _log_in(codes[0]).status_code == 200


def test_it_takes_no_code_where_two_factor_is_off_by_then(user: User) -> None:
    authenticator, _ = turn_on(user, PASSWORD)
    two_factor_turn_off(user=User.objects.get(pk=user.pk))
    assert not code_use(user=user, code=authenticator.code())


def test_it_begins_nothing_for_a_login_that_has_ended_meanwhile(user: User) -> None:
    user_log_out_everywhere(user=User.objects.get(pk=user.pk))
    with pytest.raises(AuthenticationError):
        two_factor_begin(user=user, password=PASSWORD, request=request_of_nobody())
    assert not TwoFactorSecret.objects.exists()


def test_it_begins_with_the_right_password_only(user: User) -> None:
    for _ in range(4):
        assert_refused(post(_BEGIN, {"password": "wrong"}, user=user), 400, "VALIDATION_ERROR", "password")
    for password in ("wrong", PASSWORD):
        assert_refused(post(_BEGIN, {"password": password}, user=user), 429, "RATE_LIMITED")
    assert not TwoFactorSecret.objects.exists()


@pytest.mark.parametrize("path", [_BEGIN, _CONFIRM, _CODES, _DISABLE])
@pytest.mark.parametrize("value", [None, 1, [], {}, "", "x" * 1025])
def test_it_names_a_field_of_a_wrong_type(user: User, path: str, value: Any) -> None:
    fields = {_BEGIN: ["password"], _CONFIRM: ["code"]}.get(path, ["password", "code"])
    assert_refused(post(path, dict.fromkeys(fields, value), user=user), 400, "VALIDATION_ERROR", *fields)
    assert_refused(post(path, {}, user=user), 400, "VALIDATION_ERROR", *fields)


@pytest.mark.parametrize("code", [None, 1, [], {}, "x" * 65])
def test_it_names_a_code_of_a_wrong_type_at_the_log_in(user: User, code: Any) -> None:
    body = {"username": "Ada", "password": PASSWORD, "code": code}
    assert_refused(post(_TOKEN, body), 400, "VALIDATION_ERROR", "code")


def test_it_takes_so_many_changes_of_a_user_in_a_minute(user: User, superuser: User, settings: Settings) -> None:
    settings.THROTTLE_TWO_FACTOR = "2/min"
    statuses = [post(_CONFIRM, {"code": "1"}, user=user).status_code for _ in range(3)]
    assert statuses == [409, 409, 429]
    assert post(_CONFIRM, {"code": "1"}, user=superuser).status_code == 409


def test_it_stores_nothing_that_logs_in(user: User) -> None:
    authenticator, codes = turn_on(user, PASSWORD)
    stored = str(list(TwoFactorSecret.objects.values())) + str(list(RecoveryCode.objects.values()))
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]
    assert authenticator.code() not in stored

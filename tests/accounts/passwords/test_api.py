"""Changing a password, and setting one by mail, over HTTP: by its owner, by strangers, by nobody."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import AccountMail, LinkPurpose, User
from accounts.one_time_links.services import LinkRefusedError, link_find, link_issue, link_take
from accounts.tokens.json_web_tokens import pair_issue
from streaming.identity.identity import AuthenticationError
from tests.accounts.closings import Closings
from tests.accounts.conftest import PASSWORD
from tests.accounts.keys import ask, key_of
from tests.accounts.mails.outbox import secrets_in, sent, the_secret
from tests.accounts.rest import assert_refused, assert_unauthenticated, post
from tests.accounts.two_factor.authenticator import turn_on
from tests.conformance.rows import row

_CHANGE, _RESET, _CONFIRM = "auth/password/change/", "auth/password/reset/", "auth/password/reset/confirm/"
_NEW = "another horse, another staple"


def _is_good(token: str) -> bool:
    return bool(post("auth/token/verify/", {"token": token}).status_code == 200)


def _logs_in(login: str, password: str) -> bool:
    return bool(post("auth/token/", {"username": login, "password": password}).status_code == 200)


def test_it_changes_a_password_and_ends_all_other_logins(
    user: User, closings: Closings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = pair_issue(user=user)
    with django_capture_on_commit_callbacks(execute=True):
        answer = post(_CHANGE, {"current": PASSWORD, "new": _NEW}, user=user)
    assert (answer.status_code, set(answer.json())) == (200, {"access", "refresh"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert not _is_good(before.access)
    assert not _is_good(before.refresh)
    assert _is_good(answer.json()["access"])
    assert _is_good(answer.json()["refresh"])
    assert (_logs_in("Ada", PASSWORD), _logs_in("Ada", _NEW)) == (False, True)
    assert [order.user_id for order in closings.heard()] == [str(user.pk)]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"current": "wrong", "new": _NEW}, ["current"]),
        ({"current": PASSWORD, "new": "12345"}, ["new"]),
        ({"current": PASSWORD, "new": "ada@example.com"}, ["new"]),
        ({"current": PASSWORD, "new": "x" * 1025}, ["new"]),
        ({}, ["current", "new"]),
        ({"current": PASSWORD, "new": _NEW, "user": 1}, ["user"]),
    ],
)
def test_it_names_what_keeps_a_password_from_being_changed(
    user: User, body: dict[str, object], fields: list[str]
) -> None:
    before = pair_issue(user=user)
    assert_refused(post(_CHANGE, body, user=user), 400, "VALIDATION_ERROR", *fields)
    assert _logs_in("Ada", PASSWORD)
    assert _is_good(before.access)


def test_it_changes_nothing_for_nobody(user: User) -> None:
    assert_unauthenticated(post(_CHANGE, {"current": PASSWORD, "new": _NEW}))
    assert _logs_in("Ada", PASSWORD)


def test_it_lets_a_token_guess_no_password(user: User) -> None:
    answers = [post(_CHANGE, {"current": f"guess {number}", "new": _NEW}, user=user) for number in range(5)]
    assert [answer.status_code for answer in answers] == [400] * 4 + [429]
    assert_refused(post(_CHANGE, {"current": PASSWORD, "new": _NEW}, user=user), 429, "RATE_LIMITED")
    assert not _logs_in("Ada", _NEW)


@row("AC-55", "AC-56")
def test_it_sets_a_password_once_by_the_link_in_a_mail_and_ends_all_logins(
    user: User, closings: Closings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = pair_issue(user=user)
    answer = post(_RESET, {"email": "ADA@example.com"})
    assert (answer.status_code, answer.content) == (202, b"")
    secret = the_secret()
    assert _is_good(before.access)
    with django_capture_on_commit_callbacks(execute=True):
        assert post(_CONFIRM, {"secret": secret, "password": _NEW}).status_code == 204
    assert (_is_good(before.access), _is_good(before.refresh)) == (False, False)
    assert (_logs_in("Ada", PASSWORD), _logs_in("Ada", _NEW)) == (False, True)
    assert [order.user_id for order in closings.heard()] == [str(user.pk)]
    assert_refused(post(_CONFIRM, {"secret": secret, "password": PASSWORD}), 400, "VALIDATION_ERROR", "secret")
    user.refresh_from_db()
    assert user.email_confirmed_at is not None  # who has read its mail has shown whose the address is


def test_it_keeps_the_link_where_the_password_is_too_weak(user: User) -> None:
    post(_RESET, {"email": "ada@example.com"})
    secret = the_secret()
    assert_refused(post(_CONFIRM, {"secret": secret, "password": "12345"}), 400, "VALIDATION_ERROR", "password")
    assert post(_CONFIRM, {"secret": secret, "password": _NEW}).status_code == 204


def test_it_tells_nobody_who_exists(user: User, inactive_user: User) -> None:
    for email in ("ada@example.com", "nobody@example.com", "former@example.com"):
        answer = post(_RESET, {"email": email})
        assert (answer.status_code, answer.content) == (202, b"")
    assert AccountMail.objects.count() == 3  # the same is stored for each
    assert [mail.to for mail in sent()] == [["ada@example.com"]]
    assert_refused(post(_RESET, {"email": "nowhere"}), 400, "VALIDATION_ERROR", "email")


def test_it_mails_a_link_for_the_confirmed_owner_alone_else_for_the_first_who_claim_it(user: User) -> None:
    rivals = [User.objects.create_user(f"Rival{number}", "ADA@example.com", PASSWORD) for number in range(4)]
    post(_RESET, {"email": "ada@example.com"})
    [message] = sent()
    assert len(secrets_in(message)) == 3
    assert '"Rival3"' not in message.body
    User.objects.filter(pk=rivals[3].pk).update(email_confirmed_at=timezone.now())
    assert_refused(
        post(_CONFIRM, {"secret": secrets_in(message)[0], "password": _NEW}), 409, "CONFLICT"
    )  # another has confirmed it since
    assert _logs_in("Ada", PASSWORD)
    post(_RESET, {"email": "ada@example.com"})
    [message] = sent()
    assert '"Rival3"' in message.body
    assert len(secrets_in(message)) == 1


def test_it_mails_three_times_an_hour_to_an_address_at_most_and_says_nothing_of_it(user: User) -> None:
    assert [post(_RESET, {"email": "ada@example.com"}).status_code for _ in range(5)] == [202] * 5
    assert len(sent()) == 3


def test_it_takes_only_so_many_requests_of_an_address(user: User, settings: Settings) -> None:
    settings.THROTTLE_PASSWORD_RESET = "2/hour"
    cache.clear()
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), tick=False):
        answers = [post(_RESET, {"email": f"a{number}@example.com"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].headers["Retry-After"] == "3600"


def test_it_keeps_only_so_many_requests_waiting(user: User, settings: Settings) -> None:
    settings.ACCOUNT_MAILS_WAITING = 2
    answers = [post(_RESET, {"email": f"a{number}@example.com"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 503]
    registration = {"username": "Newcomer", "email": "newcomer@example.com", "password": PASSWORD}
    assert post("auth/register/", registration).status_code == 201  # and may ask for the mail later


@row("AC-55", "AC-56")
def test_it_takes_no_link_longer_than_an_hour_nor_another_ones(user: User) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), tick=False) as clock:
        late = link_issue(purpose=LinkPurpose.RESET_PASSWORD, user=user, email=user.email)[-43:]
        other = link_issue(purpose=LinkPurpose.CONFIRM_EMAIL, user=user, email=user.email)[-43:]
        clock.shift(3600)
        for secret in (late, other, "x" * 43):
            body = {"secret": secret, "password": _NEW}
            assert_refused(post(_CONFIRM, body), 400, "VALIDATION_ERROR", "secret")
    assert _logs_in("Ada", PASSWORD)


def test_it_takes_no_link_that_was_mailed_to_an_address_of_before(user: User) -> None:
    secret = link_issue(purpose=LinkPurpose.RESET_PASSWORD, user=user, email=user.email)[-43:]
    User.objects.filter(pk=user.pk).update(email="ada@example.org")
    assert_refused(post(_CONFIRM, {"secret": secret, "password": _NEW}), 400, "VALIDATION_ERROR", "secret")
    assert _logs_in("Ada", PASSWORD)


def test_one_alone_of_two_uses_a_link_up(user: User) -> None:
    secret = link_issue(purpose=LinkPurpose.RESET_PASSWORD, user=user, email=user.email)[-43:]
    first, second = (link_find(secret=secret, purposes=[LinkPurpose.RESET_PASSWORD]) for _ in range(2))
    link_take(first)
    with pytest.raises(LinkRefusedError):
        link_take(second)


def test_it_withdraws_links_when_the_password_is_changed(user: User) -> None:
    reset = link_issue(purpose=LinkPurpose.RESET_PASSWORD, user=user, email=user.email)[-43:]
    change = link_issue(purpose=LinkPurpose.CHANGE_EMAIL, user=user, email="thief@example.com")[-43:]
    assert post(_CHANGE, {"current": PASSWORD, "new": _NEW}, user=user).status_code == 200
    assert_refused(post(_CONFIRM, {"secret": reset, "password": PASSWORD}), 400, "VALIDATION_ERROR", "secret")
    assert_refused(post("auth/email/confirm/", {"secret": change}), 400, "VALIDATION_ERROR", "secret")


def test_it_revokes_all_keys_where_the_password_is_set_by_mail_and_leaves_two_factor_of_the_owner_on(
    user: User,
) -> None:
    User.objects.filter(pk=user.pk).update(email_confirmed_at=timezone.now())
    key = key_of(user)
    _, codes = turn_on(user, PASSWORD)
    post(_RESET, {"email": "ada@example.com"})
    assert post(_CONFIRM, {"secret": the_secret(), "password": _NEW}).status_code == 204
    assert_unauthenticated(ask("GET", "auth/me/", key))
    assert not _logs_in("Ada", _NEW)
    assert post("auth/token/", {"username": "Ada", "password": _NEW, "code": codes[0]}).status_code == 200


@pytest.mark.parametrize("way", ["reset", "confirm"])
def test_the_first_confirmation_takes_what_a_stranger_set_up_with_the_address(user: User, way: str) -> None:
    key = key_of(user)
    turn_on(user, PASSWORD)
    purpose = LinkPurpose.RESET_PASSWORD if way == "reset" else LinkPurpose.CONFIRM_EMAIL
    secret = link_issue(purpose=purpose, user=user, email=user.email)[-43:]
    if way == "reset":
        assert post(_CONFIRM, {"secret": secret, "password": _NEW}).status_code == 204
    else:
        assert post("auth/email/confirm/", {"secret": secret}).status_code == 200
    assert_unauthenticated(ask("GET", "auth/me/", key))
    assert _logs_in("Ada", _NEW if way == "reset" else PASSWORD)


def test_a_key_that_was_asked_for_before_the_reset_is_not_made_after_it(user: User) -> None:
    asked = User.objects.get(pk=user.pk)
    secret = link_issue(purpose=LinkPurpose.RESET_PASSWORD, user=user, email=user.email)[-43:]
    assert post(_CONFIRM, {"secret": secret, "password": _NEW}).status_code == 204
    with pytest.raises(AuthenticationError):
        key_of(asked)

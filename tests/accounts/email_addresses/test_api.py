"""Confirming and changing an email address, over HTTP: by its owner, by strangers, by nobody."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.errors import TooOftenError
from accounts.mails.requests import mail_request
from accounts.models import LinkPurpose, MailKind, OneTimeLink, User
from accounts.one_time_links.services import link_issue
from tests.accounts.conftest import PASSWORD
from tests.accounts.mails.outbox import secrets_in, sent, the_secret
from tests.accounts.rest import assert_refused, assert_unauthenticated, get, post
from tests.conformance.rows import row

_CONFIRM, _SEND, _CHANGE = "auth/email/confirm/", "auth/email/send-confirmation/", "auth/email/change/"
_RESET = "auth/password/reset/"
_NEWCOMER = {"username": "Newcomer", "email": "newcomer@example.com", "password": PASSWORD}


def _confirmed(user: User) -> User:
    User.objects.filter(pk=user.pk).update(email_confirmed_at=timezone.now())
    user.refresh_from_db()
    return user


def _is_confirmed(user: User) -> bool:
    user.refresh_from_db()
    return user.email_confirmed_at is not None


@row("AC-50", "AC-56")
def test_it_confirms_an_address_by_the_link_in_the_mail_that_follows_registering(db: None) -> None:
    assert post("auth/register/", _NEWCOMER).status_code == 201
    [message] = sent()
    assert message.to == ["newcomer@example.com"]
    assert "Newcomer" not in message.body  # a stranger may have chosen it, such as www.example.com
    user = User.objects.get()
    assert get("auth/me/", user=user).json()["email_confirmed"] is False
    [secret] = secrets_in(message)
    answer = post(_CONFIRM, {"secret": secret})
    assert (answer.status_code, answer.json()) == (200, {"email": "newcomer@example.com"})
    assert get("auth/me/", user=user).json()["email_confirmed"] is True
    assert_refused(post(_CONFIRM, {"secret": secret}), 400, "VALIDATION_ERROR", "secret")


def test_it_stores_no_secret(user: User) -> None:
    post(_SEND, {}, user=user)
    secret = the_secret()
    assert secret not in str(list(OneTimeLink.objects.values()))


@pytest.mark.parametrize("secret", ["x" * 43, "x", "☃" * 43, "x" * 65, "", None, 5])
def test_it_takes_no_other_secret(user: User, secret: object) -> None:
    assert_refused(post(_CONFIRM, {"secret": secret}), 400, "VALIDATION_ERROR", "secret")
    assert not _is_confirmed(user)


@row("AC-50", "AC-56")
def test_it_takes_a_link_for_24_hours(user: User) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), tick=False) as clock:
        late = link_issue(purpose=LinkPurpose.CONFIRM_EMAIL, user=user, email=user.email)[-43:]
        clock.shift(1)
        good = link_issue(purpose=LinkPurpose.CONFIRM_EMAIL, user=user, email=user.email)[-43:]
        clock.shift(24 * 3600 - 1)
        assert_refused(post(_CONFIRM, {"secret": late}), 400, "VALIDATION_ERROR", "secret")
        assert post(_CONFIRM, {"secret": good}).status_code == 200


def test_it_takes_no_link_of_another_purpose_nor_of_an_inactive_user(user: User) -> None:
    other = link_issue(purpose=LinkPurpose.RESET_PASSWORD, user=user, email=user.email)[-43:]
    own = link_issue(purpose=LinkPurpose.CONFIRM_EMAIL, user=user, email=user.email)[-43:]
    assert_refused(post(_CONFIRM, {"secret": other}), 400, "VALIDATION_ERROR", "secret")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert_refused(post(_CONFIRM, {"secret": own}), 400, "VALIDATION_ERROR", "secret")
    assert not _is_confirmed(user)


def test_it_takes_no_link_to_an_address_that_the_user_has_given_up(user: User) -> None:
    post(_SEND, {}, user=user)
    secret = the_secret()
    user.email = "elsewhere@example.com"
    user.save()
    assert_refused(post(_CONFIRM, {"secret": secret}), 400, "VALIDATION_ERROR", "secret")
    assert not _is_confirmed(user)


def test_it_sends_again_three_times_an_hour_at_most(user: User, superuser: User) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, 20, tzinfo=dt.UTC), tick=False) as clock:
        post("auth/register/", _NEWCOMER)
        newcomer = User.objects.get(username="Newcomer")
        assert [post(_SEND, {}, user=newcomer).status_code for _ in range(3)] == [202] * 3
        clock.shift(45 * 60)
        refused = post(_SEND, {}, user=newcomer)
        assert_refused(refused, 429, "RATE_LIMITED")
        assert refused.headers["Retry-After"] == str(15 * 60)
        assert post(_SEND, {}, user=user).status_code == 202
        assert len([mail for mail in sent() if mail.to == ["newcomer@example.com"]]) == 4
        clock.shift(15 * 60)
        assert post(_SEND, {}, user=newcomer).status_code == 202


def test_it_sends_so_many_mails_to_an_address_whoever_asks(db: None, settings: Settings) -> None:
    settings.ACCOUNT_MAILS_PER_ADDRESS = settings.ACCOUNT_CLAIM_MAILS_PER_ADDRESS = 2
    for number in range(4):
        assert post("auth/register/", {**_NEWCOMER, "username": f"N{number}"}).status_code == 201
    assert len(sent()) == 2
    statuses = [post(_SEND, {}, user=User.objects.get(username=f"N{number}")).status_code for number in range(3)]
    assert statuses == [202, 202, 429]


def test_it_leaves_room_for_the_owner_however_many_claim_the_address(user: User, settings: Settings) -> None:
    settings.ACCOUNT_MAILS_PER_ADDRESS = settings.ACCOUNT_CLAIM_MAILS_PER_ADDRESS = 2
    for number, status in enumerate([202, 429, 429]):
        post("auth/register/", {**_NEWCOMER, "username": f"N{number}", "email": "ADA@example.com"})
        stranger = User.objects.get(username=f"N{number}")
        assert post(_CHANGE, {"email": "ada@example.com", "password": PASSWORD}, user=stranger).status_code == status
    assert post(_SEND, {}, user=user).status_code == 202
    assert post(_RESET, {"email": "ada@example.com"}).status_code == 202
    assert Counter(message.subject.partition(" - ")[0] for message in sent()) == {
        "Confirm your email address": 3,
        "Set a new password": 1,
    }


def test_it_writes_nothing_for_one_mail_too_many(user: User) -> None:
    for _ in range(3):
        mail_request(kind=MailKind.CONFIRM_EMAIL, email=user.email, user=user)
    with CaptureQueriesContext(connection) as queries, pytest.raises(TooOftenError):
        mail_request(kind=MailKind.CONFIRM_EMAIL, email=user.email, user=user)
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_it_counts_a_users_requests_to_send_again(user: User, settings: Settings) -> None:
    settings.THROTTLE_CONFIRMATION = "1/day"
    cache.clear()
    statuses = [post(_SEND, {"wrong": 1}, user=user).status_code for _ in range(2)]
    cache.clear()
    assert statuses == [400, 429]


def test_it_sends_nothing_to_nobody_nor_for_a_confirmed_address(user: User) -> None:
    assert_unauthenticated(post(_SEND, {}))
    assert_refused(post(_SEND, {}, user=_confirmed(user)), 409, "CONFLICT")
    assert_refused(post(_SEND, {"email": "a@example.com"}, user=user), 400, "VALIDATION_ERROR", "email")
    assert sent() == []


def test_it_tells_the_owner_alone_that_somebody_has_registered_with_a_confirmed_address(user: User) -> None:
    _confirmed(user)
    post("auth/register/", {**_NEWCOMER, "email": "ADA@example.com"})
    [message] = sent()
    assert '"Ada"' in message.body
    assert "Newcomer" not in message.body
    assert secrets_in(message) == []


def test_it_lets_the_first_to_confirm_have_the_address(user: User) -> None:
    post("auth/register/", {**_NEWCOMER, "email": "ADA@example.com"})
    newcomers = the_secret()
    post(_SEND, {}, user=user)
    assert post(_CONFIRM, {"secret": the_secret()}).status_code == 200
    assert_refused(post(_CONFIRM, {"secret": newcomers}), 409, "CONFLICT")
    assert not _is_confirmed(User.objects.get(username="Newcomer"))
    assert _is_confirmed(user)


def test_it_takes_another_address_once_that_is_confirmed_and_tells_the_old_one(user: User) -> None:
    _confirmed(user)
    answer = post(_CHANGE, {"email": "countess@example.com", "password": PASSWORD}, user=user)
    assert (answer.status_code, answer.json()["email"]) == (202, "ada@example.com")
    [message] = sent()
    assert message.to == ["countess@example.com"]
    user.refresh_from_db()
    assert (user.email, _is_confirmed(user)) == ("ada@example.com", True)
    assert post(_CONFIRM, {"secret": secrets_in(message)[0]}).status_code == 200
    user.refresh_from_db()
    assert (user.email, _is_confirmed(user)) == ("countess@example.com", True)
    [notice] = sent()
    assert notice.to == ["ada@example.com"]
    assert "countess" not in notice.body
    assert secrets_in(notice) == []


def test_it_changes_no_address_without_the_password(user: User) -> None:
    new = {"email": "countess@example.com"}
    assert_unauthenticated(post(_CHANGE, {**new, "password": PASSWORD}))
    assert_refused(post(_CHANGE, {**new, "password": "wrong"}, user=user), 400, "VALIDATION_ERROR", "password")
    assert_refused(post(_CHANGE, new, user=user), 400, "VALIDATION_ERROR", "password")
    bad = {"email": "nowhere", "password": PASSWORD}
    assert_refused(post(_CHANGE, bad, user=user), 400, "VALIDATION_ERROR", "email")
    assert sent() == []


def test_it_leaves_the_link_of_before_where_no_further_mail_is_sent(user: User, settings: Settings) -> None:
    settings.ACCOUNT_MAILS_AGAIN = 1
    change = {"email": "countess@example.com", "password": PASSWORD}
    assert post(_CHANGE, change, user=user).status_code == 202
    secret = the_secret()
    assert_refused(post(_CHANGE, change, user=user), 429, "RATE_LIMITED")
    assert post(_CONFIRM, {"secret": secret}).status_code == 200


def test_it_does_not_tell_whose_a_new_address_is(user: User, superuser: User) -> None:
    _confirmed(superuser)
    answers = [
        post(_CHANGE, {"email": email, "password": PASSWORD}, user=user)
        for email in ("ROOT@example.com", "free@example.com")
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    to_root, to_free = sent()
    assert (secrets_in(to_root), len(secrets_in(to_free))) == ([], 1)
    assert '"Root"' in to_root.body


def test_it_takes_a_changed_address_for_unconfirmed_whoever_changes_it(user: User) -> None:
    _confirmed(user)
    user.email = "ADA@example.com"
    user.save()
    assert _is_confirmed(user)
    user.email = "elsewhere@example.com"
    user.save(update_fields=["email"])
    assert not _is_confirmed(user)

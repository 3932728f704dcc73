"""Whom an API key logs in, with which rights, for how long, and what is none."""

import datetime as dt
import json

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.api_keys.services import keys_that_ended
from accounts.authentication import _standing_of, identities_of_tokens
from accounts.models import ApiKey, User
from accounts.services import user_log_out_everywhere
from accounts.tokens.json_web_tokens import LATEST_END, pair_issue
from config.logs.redaction import REDACTED, redact
from streaming.connections.closing import API_KEY_REVOKED, ClosingOrder
from streaming.identity.identity import AuthenticationError, Identity
from streaming.identity.scopes import Scope
from tests.accounts.closings import Closings
from tests.accounts.keys import ask, key_of
from tests.accounts.rest import assert_unauthenticated, bearer

_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def _identity_of(key: str) -> Identity:
    [identity] = identities_of_tokens([key])
    if isinstance(identity, Exception):
        raise identity
    return identity


def test_it_ends_what_a_revoked_key_logged_in(
    user: User, closings: Closings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    text = key_of(user)
    key = ApiKey.objects.get()
    identity = _identity_of(text)
    assert (identity.login_id, identity.scopes) == (key.login_id, frozenset(Scope))
    with django_capture_on_commit_callbacks(execute=True):
        revoked = Client().delete(f"/api/v1/auth/keys/{key.pk}/", headers=bearer(user))
    assert revoked.status_code == 204
    order = ClosingOrder(user_id=str(user.pk), reason=API_KEY_REVOKED, login_id=key.login_id)
    assert closings.heard() == [order]
    assert_unauthenticated(ask("GET", "auth/me/", text))
    assert _standing_of([identity])[str(user.pk)].ended_logins == {key.login_id}


def test_it_may_end_in_the_last_moment_that_can_be_written_and_no_later(user: User) -> None:
    last = dt.datetime.max.replace(tzinfo=dt.UTC)
    assert _identity_of(key_of(user, expires_at=last)).expires_at == LATEST_END * 1000 + 999
    with pytest.raises(ValidationError, match="after the year 9999"):
        key_of(user, expires_at=dt.datetime.max.replace(tzinfo=dt.timezone(dt.timedelta(hours=-14))))


def test_it_outlives_every_log_out(user: User) -> None:
    text = key_of(user)
    identity = _identity_of(text)
    user_log_out_everywhere(user=user)
    assert ask("GET", "auth/me/", text).status_code == 200
    assert not ClosingOrder(user_id=str(user.pk), reason="", before_generation=1).concerns(identity)
    standing = _standing_of([identity])[str(user.pk)]
    assert (identity.is_before(standing.generation), standing.ended_logins) == (False, frozenset())


def test_it_is_good_until_its_end_and_while_its_user_is_active(user: User) -> None:
    with time_machine.travel(_NOW, tick=False) as traveller:
        text = key_of(user, expires_at=_NOW + dt.timedelta(hours=1))
        identity = _identity_of(text)
        assert identity.expires_at == round((_NOW.timestamp() + 3600) * 1000)
        User.objects.update(is_active=False)
        with pytest.raises(AuthenticationError, match="invalid_token"):
            _identity_of(text)
        User.objects.update(is_active=True)
        traveller.shift(3599)
        assert ask("GET", "auth/me/", text).status_code == 200
        traveller.shift(1)
        assert_unauthenticated(ask("GET", "auth/me/", text))
        assert keys_that_ended([identity]) == {}
    assert _identity_of(key_of(user)).expires_at == LATEST_END * 1000


def test_it_takes_nothing_that_is_no_key(user: User, superuser: User) -> None:
    text, others = key_of(user), key_of(superuser)
    number, secret = text.removeprefix("tw_").split("_", 1)
    bad = [
        "tw_",
        f"tw_{number}_",
        f"tw_0{number}_{secret}",
        f"tw_{'9' * 30}_{secret}",
        f"tw_999999_{secret}",
        f"tw_{number}_{secret}A",
        f"tw_{number}_{'A' * 43}",
        f"tw_{number}_{others.split('_', 2)[2]}",
        f"tw_{number}_{secret}\n",
        text.upper(),
        "tw_\x00",
        "tw_ü",
        "tw_" + "1" * 100_000,
    ]
    for answer in identities_of_tokens(bad):
        assert isinstance(answer, AuthenticationError)
        assert answer.code.value == "authentication_failed"


def test_it_asks_as_often_for_many_keys_as_for_one_and_no_more_for_tokens(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys, access = [key_of(user) for _ in range(3)], pair_issue(user=user).access
    identities_of_tokens(keys)  # notes the use
    for shown, queries in (([access] * 3, 2), (keys, 2), ([*keys, access], 4)):
        with django_assert_num_queries(queries):
            assert not any(isinstance(answer, Exception) for answer in identities_of_tokens(shown))


def test_it_notes_the_use_once_a_minute(user: User) -> None:
    with time_machine.travel(_NOW, tick=False) as traveller:
        text, noted = key_of(user), []
        for seconds in (0, 59, 1):
            traveller.shift(seconds)
            assert ask("GET", "auth/me/", text).status_code == 200
            noted.append(ApiKey.objects.get().last_used_at)
    assert noted == [_NOW, _NOW, _NOW + dt.timedelta(minutes=1)]


def test_it_notes_no_use_by_somebody_who_has_not_the_secret(user: User) -> None:
    text = key_of(user)
    assert isinstance(identities_of_tokens([text[:-4] + "AAAA"])[0], AuthenticationError)
    assert ApiKey.objects.get().last_used_at is None


def test_it_has_the_rights_of_an_ordinary_user_and_never_saves_them(superuser: User) -> None:
    superuser.user_permissions.add(Permission.objects.get(codename="view_user"))
    text = key_of(superuser)
    identity = _identity_of(text)
    assert (identity.is_staff, identity.is_superuser) == (False, False)
    assert identity.permissions == frozenset()
    assert json.loads(ask("GET", "auth/me/", text).content)["is_superuser"] is False
    standing = _standing_of([identity])[str(superuser.pk)]
    assert standing.gives(identity) is identity
    both = identities_of_tokens([text, pair_issue(user=superuser).access])
    assert [isinstance(each, Identity) and each.is_superuser for each in both] == [False, True]
    superuser.withhold_staff_rights()
    superuser.save()
    superuser.refresh_from_db()
    assert (superuser.is_staff, superuser.is_superuser) == (True, True)


def test_it_leaves_no_key_in_a_log(user: User) -> None:
    text = key_of(user)
    assert redact(f"a key {text}, and {text[:20]} of one") == f"a key {REDACTED}, and {REDACTED} of one"

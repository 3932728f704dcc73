"""API keys over REST: made by their owner, shown once, listed, revoked."""

import hashlib
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import ApiKey, User
from tests.accounts.conftest import PASSWORD
from tests.accounts.keys import key_of
from tests.accounts.rest import assert_refused, assert_unauthenticated, bearer, get, post
from tests.accounts.two_factor.authenticator import turn_on

_KEYS = "auth/keys/"
_GIVEN = {"name": "bot", "scopes": ["read", "alerts"], "password": PASSWORD}


def _delete(key_id: int, user: User | None) -> Any:
    return Client().delete(f"/api/v1/{_KEYS}{key_id}/", headers=bearer(user))


def test_it_shows_a_key_once_and_stores_its_digest_alone(user: User) -> None:
    created = post(_KEYS, {**_GIVEN, "expires_at": "2030-01-01T00:00:00Z"}, user=user)
    answer = created.json()
    key = ApiKey.objects.get()
    assert created.status_code == 201
    assert created.headers["Cache-Control"] == "no-store"
    text = answer.pop("key")
    secret = text.removeprefix(f"tw_{key.pk}_")
    assert (len(secret), key.digest) == (43, hashlib.sha256(secret.encode()).hexdigest())
    listed = get(_KEYS, user=user)
    assert listed.json() == {"items": [answer], "total": 1}
    assert secret not in listed.content.decode()
    assert {name: answer[name] for name in ("name", "scopes", "prefix", "expires_at", "last_used_at")} == {
        "name": "bot",
        "scopes": ["alerts", "read"],
        "prefix": f"tw_{key.pk}_{secret[:4]}…",
        "expires_at": "2030-01-01T00:00:00.000Z",
        "last_used_at": None,
    }


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": 1}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["admin"]}, "scopes.0"),
        ({"scopes": "read"}, "scopes"),
        ({"scopes": ["read"] * 5}, "scopes"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"more": 1}, "more"),
        ({"password": "wrong"}, "password"),
        ({"password": None}, "password"),
    ],
)
def test_it_names_what_is_wrong_with_a_new_key(user: User, wrong: dict[str, Any], field: str) -> None:
    assert_refused(post(_KEYS, {**_GIVEN, **wrong}, user=user), 400, "VALIDATION_ERROR", field)
    assert not ApiKey.objects.exists()


def test_a_key_may_end_in_the_last_moment_that_can_be_written(user: User) -> None:
    made = post(_KEYS, {**_GIVEN, "expires_at": "9999-12-31T12:59:59.999999-11:00"}, user=user)
    assert (made.status_code, made.json()["expires_at"]) == (201, "9999-12-31T23:59:59.999Z")
    assert [key["expires_at"] for key in get(_KEYS, user=user).json()["items"]] == ["9999-12-31T23:59:59.999Z"]


def test_it_gives_a_user_so_many_keys_and_no_more(user: User, staff_user: User, settings: Settings) -> None:
    settings.API_KEYS_PER_USER = 1
    assert post(_KEYS, _GIVEN, user=user).status_code == 201
    assert_refused(post(_KEYS, _GIVEN, user=user), 409, "CONFLICT")
    assert post(_KEYS, _GIVEN, user=staff_user).status_code == 201


def test_it_asks_for_a_code_where_two_factor_is_on(user: User) -> None:
    authenticator, _ = turn_on(user, PASSWORD)
    for code in ({}, {"code": authenticator.wrong_code()}):
        assert_refused(post(_KEYS, {**_GIVEN, **code}, user=user), 400, "VALIDATION_ERROR", "code")
    assert post(_KEYS, {**_GIVEN, "code": authenticator.code()}, user=user).status_code == 201


def test_it_is_ones_own_affair(user: User, staff_user: User, superuser: User) -> None:
    key_of(user)
    key = ApiKey.objects.get()
    assert_unauthenticated(get(_KEYS))
    assert_unauthenticated(post(_KEYS, _GIVEN))
    assert_unauthenticated(_delete(key.pk, None))
    for stranger in (staff_user, superuser):
        assert get(_KEYS, user=stranger).json() == {"items": [], "total": 0}
        assert_refused(_delete(key.pk, stranger), 404, "NOT_FOUND")
    assert ApiKey.objects.exists()

"""All that one owns, over REST: what is one's own and nothing else, without secrets, for who knows the password."""

import json

import pytest
from django.core.cache import cache
from pytest_django import Settings

from accounts.models import SymbolDrawings, User, WatchList
from accounts.own_data import exporting
from tests.accounts.conftest import PASSWORD
from tests.accounts.keys import ask, key_of
from tests.accounts.rest import assert_refused, post
from tests.accounts.two_factor.authenticator import turn_on

_EXPORT = "auth/own-data/export/"
_GIVEN = {"password": PASSWORD}


def test_it_hands_out_what_is_ones_own_and_nothing_else(user: User, superuser: User) -> None:
    for owner in (user, superuser):
        WatchList.objects.create(user=owner, name=f"of {owner.username}", symbols=["BTCUSDT"])
        SymbolDrawings.objects.create(user=owner, name="BTCUSDT", drawings=[{"id": f"drawn by {owner.username}"}])
    answer = post(_EXPORT, _GIVEN, user=user)
    content = answer.getvalue()
    export = json.loads(content)
    assert (answer.headers["Content-Type"], int(answer.headers["Content-Length"])) == ("application/json", len(content))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert export["user"]["username"] == "Ada"
    [row] = export["data"]["accounts.WatchList"]
    assert (row["name"], row["symbols"]) == ("of Ada", ["BTCUSDT"])
    [drawn] = export["data"]["accounts.SymbolDrawings"]
    assert drawn["drawings"] == [{"id": "drawn by Ada"}]
    assert "Root" not in content.decode()
    assert export["kept_back"]["accounts.TwoFactorSecret"]


def test_it_hands_out_no_secret(user: User) -> None:
    key = key_of(user)
    content = post(_EXPORT, _GIVEN, user=user).getvalue().decode()
    stored = user.api_keys.get()
    assert stored.name in content
    for secret in (key, key.split("_", 2)[2], stored.digest, user.password):
        assert secret not in content


def test_it_hands_out_the_newest_of_too_many_and_says_so(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    for number in range(2):
        WatchList.objects.create(user=user, name=str(number))
    export = json.loads(post(_EXPORT, _GIVEN, user=user).getvalue())
    assert ([row["name"] for row in export["data"]["accounts.WatchList"]], export["left_off"]) == (["0", "1"], {})
    for number in range(2, 3):
        WatchList.objects.create(user=user, name=str(number))
    export = json.loads(post(_EXPORT, _GIVEN, user=user).getvalue())
    assert [row["name"] for row in export["data"]["accounts.WatchList"]] == ["1", "2"]
    assert export["left_off"] == {"accounts.WatchList": 1}


def test_it_is_sent_once_at_a_time(user: User) -> None:
    sending = post(_EXPORT, _GIVEN, user=user)
    refused = post(_EXPORT, _GIVEN, user=user)
    assert_refused(refused, 429, "RATE_LIMITED")
    assert int(refused.headers["Retry-After"]) > 0
    assert json.loads(sending.getvalue())
    assert json.loads(post(_EXPORT, _GIVEN, user=user).getvalue())


def test_it_asks_for_the_password_and_a_code(user: User) -> None:
    for body, field in (({}, "password"), ({"password": "wrong"}, "password"), ({**_GIVEN, "more": 1}, "more")):
        assert_refused(post(_EXPORT, body, user=user), 400, "VALIDATION_ERROR", field)
    authenticator, _ = turn_on(user, PASSWORD)
    assert_refused(post(_EXPORT, _GIVEN, user=user), 400, "VALIDATION_ERROR", "code")
    assert json.loads(post(_EXPORT, {**_GIVEN, "code": authenticator.code()}, user=user).getvalue())


def test_it_is_for_who_is_logged_in_by_no_key_and_so_often(user: User, settings: Settings) -> None:
    cache.clear()  # where requests of other tests are counted
    assert_refused(post(_EXPORT, _GIVEN), 401, "PERMISSION_DENIED")
    assert_refused(ask("POST", _EXPORT, key_of(user), json.dumps(_GIVEN).encode()), 403, "PERMISSION_DENIED")
    settings.THROTTLE_OWN_DATA = "1/day"
    assert json.loads(post(_EXPORT, _GIVEN, user=user).getvalue())
    assert_refused(post(_EXPORT, _GIVEN, user=user), 429, "RATE_LIMITED")

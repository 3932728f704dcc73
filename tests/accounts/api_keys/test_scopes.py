"""What of REST an API key may use, and what is closed to all of them."""

import json
from typing import Any

import pytest

from accounts.models import ApiKey, User
from streaming.identity.scopes import CLOSED_TO_KEYS, Scope
from tests.accounts.conftest import PASSWORD
from tests.accounts.keys import ask, key_of
from tests.accounts.rest import assert_refused

_KEYS = "auth/keys/"
_GIVEN = {"name": "bot", "scopes": ["read", "alerts"], "password": PASSWORD}


def _message(response: Any) -> str:
    message: str = json.loads(response.content)["error"]["message"]
    return message


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", _KEYS),
        ("POST", _KEYS),
        ("DELETE", f"{_KEYS}1/"),
        ("POST", "auth/logout/"),
    ],
)
def test_it_reaches_nothing_about_keys_and_logins(user: User, method: str, path: str) -> None:
    text = key_of(user)
    refused = ask(method, path, text, json.dumps({"everywhere": True, **_GIVEN}).encode())
    assert_refused(refused, 403, "PERMISSION_DENIED")
    assert _message(refused) == CLOSED_TO_KEYS
    user.refresh_from_db()
    assert (ApiKey.objects.count(), user.token_generation) == (1, 0)


@pytest.mark.parametrize(
    ("scope", "method", "path", "needed"),
    [
        (Scope.ALERTS, "GET", "auth/me/", "read"),
        (Scope.TRADE, "GET", "alerts/rules/", "read"),
        (Scope.READ, "POST", "alerts/rules/", "alerts"),
        (Scope.TRADE, "PATCH", "notifications/preferences/", "alerts"),
        (Scope.READ, "POST", "notifications/read-all/", "alerts"),
        (Scope.READ, "DELETE", "notifications/webhook/", "alerts"),
    ],
)
def test_it_is_refused_outside_its_scopes(user: User, scope: Scope, method: str, path: str, needed: str) -> None:
    refused = ask(method, path, key_of(user, scope), b"{}")
    assert_refused(refused, 403, "PERMISSION_DENIED")
    assert _message(refused) == f"This API key lacks the scope {needed}"


def test_it_may_do_what_its_scopes_say(user: User) -> None:
    assert ask("GET", "alerts/rules/", key_of(user, Scope.READ)).status_code == 200
    assert ask("POST", "notifications/read-all/", key_of(user, Scope.ALERTS), b"{}").status_code == 200
    assert ask("PUT", "alerts/rules/", key_of(user)).status_code == 405

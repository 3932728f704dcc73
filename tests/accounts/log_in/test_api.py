"""`POST /api/v1/auth/token/`, over HTTP."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import AsyncClient, Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import TokenKind, token_read
from tests.accounts.conftest import PASSWORD

_URL = "/api/v1/auth/token/"
_WRONG = {"error": {"code": "PERMISSION_DENIED", "message": "Wrong user name or password"}}
_JSON = "application/json"


def _post(body: Any, content_type: str = _JSON, **headers: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().generic("POST", _URL, data, content_type, headers=headers)


def _assert_refused(response: HttpResponse, http_status: int, *fields: str) -> None:
    assert response.status_code == http_status
    assert response.headers["Content-Type"] == _JSON
    error = json.loads(response.content)["error"]
    assert error["message"]
    assert set(error.get("fields", ())) == set(fields)


@pytest.mark.parametrize("username", ["Ada", "ada", "ada@example.com", " Ada "])
def test_it_gives_tokens_for_name_or_address(user: User, username: str) -> None:
    response = _post({"username": username, "password": PASSWORD})
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert token_read(response.json()["access"], TokenKind.ACCESS).user_id == str(user.pk)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("shared_database")
async def test_it_gives_tokens_on_an_asynchronous_server() -> None:
    user = await User.objects.acreate_user("Ada", "ada@example.com", PASSWORD)
    body = {"username": "Ada", "password": PASSWORD}
    response = await AsyncClient().post(_URL, body, content_type=_JSON)
    assert response.status_code == 200
    assert token_read(response.json()["access"], TokenKind.ACCESS).user_id == str(user.pk)


def test_it_takes_a_password_as_it_is(db: None) -> None:
    User.objects.create_user("Ada", "ada@example.com", "  spaces & ünïcödé ☃ ")
    assert _post({"username": "Ada", "password": "  spaces & ünïcödé ☃ "}).status_code == 200
    assert _post({"username": "Ada", "password": "spaces & ünïcödé ☃"}).status_code == 401


def test_it_logs_in_whatever_old_token_comes_along(user: User) -> None:
    response = _post({"username": "Ada", "password": PASSWORD}, Authorization="Bearer expired")
    assert response.status_code == 200


@pytest.mark.parametrize("username", ["Ada", "ada@example.com", "Former", "nobody", "nobody@example.com", "' or 1=1"])
def test_it_answers_alike_whoever_is_refused(user: User, inactive_user: User, username: str) -> None:
    response = _post({"username": username, "password": "wrong"})
    assert (response.status_code, response.json()) == (401, _WRONG)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["username", "password"]),
        ({"username": "Ada"}, ["password"]),
        ({"password": PASSWORD}, ["username"]),
        ({"username": "", "password": ""}, ["username", "password"]),
        ({"username": None, "password": PASSWORD}, ["username"]),
        ({"username": 1, "password": True}, ["username", "password"]),
        ({"username": ["Ada"], "password": {"is": PASSWORD}}, ["username", "password"]),
        ({"username": "A\x00da", "password": "\x00"}, ["username", "password"]),
        ({"username": "x" * 255, "password": "x" * 1025}, ["username", "password"]),
        ([], []),
        ("Ada", []),
        (None, []),
        (5, []),
    ],
)
def test_it_names_each_wrong_parameter(user: User, body: Any, fields: list[str]) -> None:
    _assert_refused(_post(body), 400, *fields)


@pytest.mark.parametrize("charset", ["latin-1", "hex", "bz2_codec", "nonsense"])
def test_it_reads_utf_8_whatever_the_header_says(user: User, charset: str) -> None:
    response = _post({"username": "Ada", "password": PASSWORD}, f"{_JSON}; charset={charset}")
    assert response.status_code == 200


_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just("Ada"), st.just("\x00")),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)
_BODIES = st.one_of(
    st.binary(),
    _VALUES.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries({}, optional={"username": _VALUES, "password": _VALUES, "more": _VALUES}).map(
        lambda value: json.dumps(value).encode()
    ),
)
_CONTENT_TYPES = st.sampled_from([_JSON, "application/json; charset=utf-16", "", "text/plain", "a/b; c", "/", ";"])


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=_BODIES, content_type=_CONTENT_TYPES)
def test_it_refuses_anything_else_in_the_one_shape(
    user: User, settings: Settings, body: bytes, content_type: str
) -> None:
    settings.AXES_ENABLED = False  # else they would all be locked out soon
    response = _post(body, content_type)
    assert response.status_code in {400, 401, 415}
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) - {"fields"} == {"code", "message"}

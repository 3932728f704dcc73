"""`POST /api/v1/auth/register/`, over HTTP."""

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.rest import assert_refused, post

_PATH = "auth/register/"
_GOOD = {"username": "Newcomer", "email": "newcomer@example.com", "password": PASSWORD}


def test_it_registers_a_trader_who_can_log_in(db: None) -> None:
    response = post(_PATH, _GOOD)
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    user = User.objects.get()
    profile = response.json()
    assert profile.pop("date_joined").endswith("Z")
    assert profile == {
        "user_id": str(user.pk),
        "username": "Newcomer",
        "email": "newcomer@example.com",
        "email_confirmed": False,
        "is_staff": False,
        "is_superuser": False,
        "groups": ["traders"],
        "permissions": ["trading.add_backtest", "trading.add_grid", "trading.add_order", "trading.add_strategy"],
        "two_factor": "off",
        "time_zone": "",
        "device_time_zone": "",
    }
    for login in ("newcomer", "NEWCOMER@example.com"):
        assert post("auth/token/", {"username": login, "password": PASSWORD}).status_code == 200


def test_it_gives_nobody_rights_nor_lets_anybody_believe_so(db: None) -> None:
    greedy = {"is_staff": True, "is_superuser": True, "groups": [1], "email_confirmed_at": "2026-01-01", "id": 7}
    response = post(_PATH, {**_GOOD, **greedy, "email": "nowhere"})
    assert_refused(response, 400, "VALIDATION_ERROR", *greedy, "email")
    assert response.json()["error"]["fields"]["is_staff"] == "Unknown parameter"
    assert not User.objects.exists()


@pytest.mark.parametrize("confirmed", [True, False])
def test_it_does_not_tell_whether_an_address_has_an_account(user: User, confirmed: bool) -> None:
    user.email_confirmed_at = timezone.now() if confirmed else None
    user.save()
    answers = [
        post(_PATH, {**_GOOD, "username": name, "email": email})
        for name, email in (("First", "ADA@example.com"), ("Second", "nobody@example.com"))
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json().keys() == answers[1].json().keys()
    assert post("auth/token/", {"username": "ada@example.com", "password": PASSWORD}).status_code == 200
    assert User.objects.get(username="First").email == "ADA@example.com"


def test_it_takes_a_password_as_it_is(db: None) -> None:
    password = "  ünïcödé & spaces ☃ "
    assert post(_PATH, {**_GOOD, "password": password}).status_code == 201
    assert User.objects.get().check_password(password)


@pytest.mark.parametrize(
    ("given_body", "fields"),
    [
        ({}, ["username", "email", "password"]),
        ({"username": "a b", "email": "no address", "password": "123"}, ["username", "email", "password"]),
        ({"username": "aDA", "email": "ADA@example.com", "password": "x"}, ["username", "password"]),
        ({**_GOOD, "username": "Ada"}, ["username"]),
        ({**_GOOD, "username": 1, "email": ["a@b.c"], "password": True}, ["username", "email", "password"]),
        ({**_GOOD, "username": None, "email": None, "password": None}, ["username", "email", "password"]),
        ({**_GOOD, "username": "", "email": "", "password": ""}, ["username", "email", "password"]),
        ({"username": "x" * 151, "email": f"{'x' * 250}@b.example", "password": "x" * 1025}, list(_GOOD)),
        ({**_GOOD, "username": "N\x00", "email": "n\x00@b.example", "password": "\x00" * 12}, list(_GOOD)),
        ({**_GOOD, "username": "\u0430da"}, ["username"]),
        ({**_GOOD, "username": "new@example.com"}, ["username"]),
        ({**_GOOD, "password": "password"}, ["password"]),
        ({**_GOOD, "password": "1234567890123"}, ["password"]),
        ({**_GOOD, "password": "newcomer"}, ["password"]),
        ({**_GOOD, "password": "Newcomer1"}, ["password"]),
        ({**_GOOD, "password": _GOOD["email"]}, ["password"]),
        ([], []),
        ("Newcomer", []),
        (None, []),
    ],
)
def test_it_names_every_wrong_field(user: User, given_body: Any, fields: list[str]) -> None:
    assert_refused(post(_PATH, given_body), 400, "VALIDATION_ERROR", *fields)
    assert User.objects.count() == 1


_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(list(_GOOD.values()))),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=6,
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=_VALUES | st.fixed_dictionaries({}, optional=dict.fromkeys(_GOOD, _VALUES)))
def test_it_answers_anything_else_in_the_one_shape(db: None, body: Any) -> None:
    response = post(_PATH, body)
    if response.status_code == 201:
        assert set(body) >= set(_GOOD)
        User.objects.all().delete()
    else:
        assert response.status_code == 400
        assert set(response.json()["error"]) - {"fields"} == {"code", "message"}

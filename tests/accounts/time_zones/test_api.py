"""Choosing one's zone over REST: kept on the server, for one's pages and mails."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.keys import ask, key_of
from tests.accounts.rest import JSON, assert_refused, assert_unauthenticated, bearer, get

_PATH = "/api/v1/auth/time-zone/"


def _put(body: object, user: User | None) -> Any:
    return Client().put(_PATH, json.dumps(body), JSON, headers=bearer(user))


def test_it_is_kept_and_told_of_oneself(user: User) -> None:
    body = {"time_zone": "Asia/Tokyo", "device_time_zone": "Europe/Berlin"}
    assert _put(body, user).json().items() >= body.items()
    assert get("auth/me/", user=user).json().items() >= body.items()
    _put({"device_time_zone": "Europe/Berlin"}, user)
    assert get("auth/me/", user=user).json()["time_zone"] == ""


def test_a_save_of_a_user_read_before_leaves_it(user: User) -> None:
    read = User.objects.get(pk=user.pk)
    _put({"time_zone": "Asia/Tokyo"}, user)
    read.save()
    assert User.objects.get(pk=user.pk).time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("field", ["time_zone", "device_time_zone"])
@pytest.mark.parametrize("name", ["Mars/Olympus", "localtime", "x" * 65, 5])
def test_it_refuses_what_is_no_zone_and_changes_nothing(user: User, field: str, name: object) -> None:
    _put({"time_zone": "Asia/Tokyo"}, user)
    assert_refused(_put({field: name}, user), 400, "VALIDATION_ERROR", field)
    assert User.objects.get(pk=user.pk).time_zone == "Asia/Tokyo"


def test_it_is_for_who_is_logged_in_and_by_no_key(user: User) -> None:
    assert_unauthenticated(_put({}, None))
    answer = ask("PUT", "auth/time-zone/", key_of(user), b"{}")
    assert_refused(answer, 403, "PERMISSION_DENIED")

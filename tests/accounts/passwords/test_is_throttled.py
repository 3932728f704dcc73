"""Which requests with a password wait for no turn at hashing, as their view will refuse them."""

import json

import pytest
from axes.models import AccessAttempt
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.passwords.throttled import is_throttled
from tests.accounts.admin.browsers import browser_of
from tests.accounts.rest import JSON

pytestmark = pytest.mark.django_db(transaction=True)  # it closes the thread's connection
_TOKEN, _PAGE, _RESET = "/api/v1/auth/token/", "/admin/login/", "/api/v1/auth/password/reset/confirm/"


def request_to(path: str, body: object) -> HttpRequest:
    """Return a request with a body: bytes as they are, a form for the page, all else as JSON."""
    if path == _PAGE:
        return RequestFactory().post(path, body)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RequestFactory().generic("POST", path, data, JSON)


def is_refused(request: HttpRequest) -> bool:
    """Return whether its view will refuse it."""
    return is_throttled(request, resolve(request.path_info))


@pytest.mark.parametrize("path", [_TOKEN, _PAGE])
def test_one_log_in_too_many_of_an_address_is_refused_and_counted_once(settings: Settings, path: str) -> None:
    settings.THROTTLE_TOKEN = "2/day"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": path}}
    requests = [request_to(path, {"username": "Ada", "password": "wrong"}) for _ in range(3)]
    asked_twice = [(is_refused(request), is_refused(request)) for request in requests]
    assert asked_twice == [(False, False), (False, False), (True, True)]


@pytest.mark.parametrize("path", [_TOKEN, _PAGE])
def test_who_is_locked_out_is_refused_and_nobody_else(settings: Settings, user: User, path: str) -> None:
    AccessAttempt.objects.create(
        username="ada",
        ip_address="127.0.0.1",
        failures_since_start=settings.LOCKOUT_FAILURES,
        attempt_time=timezone.now(),
    )
    refused = {name: is_refused(request_to(path, {"username": name})) for name in (" ada@example.com ", "Ada", "Bob")}
    assert refused == {" ada@example.com ": True, "Ada": True, "Bob": False}


def _change_in(session: str) -> HttpRequest:
    """Return a request of the admin's page of one's own password, by a browser with that cookie."""
    factory = RequestFactory()
    factory.cookies["sessionid"] = session
    return factory.post("/admin/password_change/")


def test_a_change_on_the_page_is_refused_by_its_sessions_user_and_not_counted(settings: Settings, user: User) -> None:
    session = browser_of(user).cookies["sessionid"].value
    settings.THROTTLE_PASSWORD = "1/day"
    assert [is_refused(_change_in(session)) for _ in range(3)] == [False] * 3
    settings.THROTTLE_PASSWORD = "0/day"
    assert is_refused(_change_in(session))
    assert not any(is_refused(_change_in(other)) for other in ("", "x" * 32, "a\0" * 16, "x" * 99_999))
    user.delete()
    assert not is_refused(_change_in(session))


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b"\xff", {"username": 5}, {"username": "a\0"}, {"username": "a" * 999}, {}]
)
def test_what_names_nobody_is_left_to_its_view(body: object) -> None:
    assert not is_refused(request_to(_TOKEN, body))


def test_what_needs_no_log_in_is_not_looked_up(settings: Settings) -> None:
    settings.THROTTLE_TOKEN = "1/day"
    answers = [is_refused(request_to(_RESET, {"secret": "x", "password": "y"})) for _ in range(3)]
    assert answers == [False] * 3

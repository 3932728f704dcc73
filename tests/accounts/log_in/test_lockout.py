"""Who is locked out after failed logins, where, and for how long; over REST and over the admin's login."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.log_in.lockout import failures_forget, user_unlock
from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.passwords.counting_hasher import CountingHasher
from tests.accounts.rest import assert_refused, bearer

_HERE, _ELSEWHERE = "203.0.113.9", "198.51.100.7"
_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
_WRONG = "wrong"


def _now_ms() -> int:
    return int(dt.datetime.now(dt.UTC).timestamp() * 1000)


def _try(login: str, password: str = _WRONG, *, address: str = _HERE, agent: str = "test", **headers: str) -> Any:
    return Client(REMOTE_ADDR=address).post(
        "/api/v1/auth/token/",
        {"username": login, "password": password},
        content_type="application/json",
        headers={"User-Agent": agent, **headers},
    )


def _try_admin(login: str, password: str = _WRONG, *, address: str = _HERE) -> Any:
    form = {"username": login, "password": password, "next": reverse("admin:index")}
    return Client(REMOTE_ADDR=address).post(reverse("admin:login"), form)


def _statuses(*responses: Any) -> list[int]:
    return [response.status_code for response in responses]


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[time_machine.Traveller]:
    """Let the time stand still, and be moved by the test."""
    with time_machine.travel(_NOW, tick=False) as traveller:
        yield traveller


def test_it_locks_out_after_five_failures(user: User) -> None:
    assert _statuses(*(_try("Ada") for _ in range(4))) == [401] * 4
    for password in ("wrong", PASSWORD):
        response = _try("Ada", password)
        assert_refused(response, 429, "RATE_LIMITED")
        assert response.headers["Retry-After"] == "900"


def test_it_lets_in_again_after_its_time_and_not_before(user: User, clock: time_machine.Traveller) -> None:
    for _ in range(5):
        _try("Ada")
    clock.shift(899.5)
    response = _try("Ada", PASSWORD)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "1")
    clock.shift(1)
    assert _try("Ada", PASSWORD).status_code == 200


def test_it_does_not_lock_out_for_longer_because_somebody_goes_on(user: User, clock: time_machine.Traveller) -> None:
    for _ in range(5):
        _try("Ada")
    clock.shift(600)
    assert _try("Ada").headers["Retry-After"] == "300"


def test_it_says_nothing_about_the_password_of_a_locked_user(user: User, settings: Settings) -> None:
    for _ in range(5):
        _try("Ada")
    settings.PASSWORD_HASHERS = ["tests.accounts.passwords.counting_hasher.CountingHasher"]
    user.set_password(PASSWORD)
    user.save()
    hashed = CountingHasher.hashes
    right, wrong = _try("Ada", PASSWORD), _try("Ada", "wrong")
    assert right.status_code == 429
    assert right.content == wrong.content
    assert dict(right.headers) == dict(wrong.headers)
    assert CountingHasher.hashes == hashed


def test_it_counts_a_user_once_however_it_is_spelled(user: User) -> None:
    for login in ("Ada", "ADA", "ada@example.com", "Ada@EXAMPLE.com"):
        assert _try(login).status_code == 401
    assert _try(" aDa ").status_code == 429
    assert _try("ada@example.com", PASSWORD).status_code == 429


def test_it_locks_out_who_does_not_exist_just_the_same(user: User) -> None:
    for login in ("nobody", "NOBODY", "Nobody", "nobody"):
        assert _try(login).status_code == 401
    assert _try("nobody").content == [_try("Ada") for _ in range(5)][-1].content


def test_it_locks_out_an_inactive_user_just_the_same(inactive_user: User) -> None:
    assert _statuses(*(_try("Former", PASSWORD) for _ in range(5))) == [401, 401, 401, 401, 429]


def test_it_counts_whatever_program_is_used(user: User) -> None:
    assert _statuses(*(_try("Ada", agent=f"program {number}") for number in range(5))) == [401] * 4 + [429]


def test_it_locks_out_nobody_elsewhere_and_nobody_else(user: User, superuser: User) -> None:
    for _ in range(5):
        _try("Ada")
    assert _try("Ada", PASSWORD, address=_ELSEWHERE).status_code == 200
    assert _try("Root", PASSWORD).status_code == 200
    assert _try("Ada", PASSWORD).status_code == 429


def test_it_forgets_failures_with_a_login_that_succeeds(user: User) -> None:
    for _ in range(3):
        assert _statuses(*(_try("ada@example.com") for _ in range(4))) == [401] * 4
        assert _try("ADA", PASSWORD).status_code == 200


def test_it_counts_failures_of_rest_and_admin_together(superuser: User) -> None:
    assert _statuses(*(_try("Root") for _ in range(3)), _try_admin("root@example.com")) == [401, 401, 401, 200]
    response = _try_admin("ROOT")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "900")
    page = response.content.decode()
    assert "Try again in 15 minutes" in page
    assert "<form" not in page
    assert _try_admin("Root", PASSWORD).content == response.content
    assert _try("Root", PASSWORD).status_code == 429


def test_it_lets_a_user_log_in_at_the_admin_where_it_is_not_locked(superuser: User) -> None:
    for _ in range(5):
        _try_admin("Root")
    assert _try_admin("Root", PASSWORD, address=_ELSEWHERE).status_code == 302


@pytest.mark.parametrize(("proxies", "statuses"), [(0, [429, 429]), (1, [200, 429])])
def test_it_believes_only_proxies_of_ours_about_addresses(
    user: User, settings: Settings, proxies: int, statuses: list[int]
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    through = {"X-Forwarded-For": f"1.1.1.1, {_HERE}"}
    for _ in range(5):
        _try("Ada", address="10.0.0.2", **through)
    elsewhere = {"X-Forwarded-For": f"1.1.1.1, {_ELSEWHERE}"}
    assert _try("Ada", PASSWORD, address="10.0.0.2", **elsewhere).status_code == statuses[0]
    pretended = {"X-Forwarded-For": f"{_ELSEWHERE}, {_HERE}"}
    assert _try("Ada", PASSWORD, address="10.0.0.2", **pretended).status_code == statuses[1]


@pytest.mark.parametrize("address", ["", "nonsense"])
def test_it_copes_with_a_server_that_tells_no_address(user: User, address: str) -> None:
    assert _statuses(*(_try("Ada", address=address) for _ in range(5))) == [401] * 4 + [429]


def test_it_stores_no_password_and_no_user_name_in_what_was_sent(superuser: User) -> None:
    _try("Root", "my secret")
    _try_admin("Root", "my secret")
    for attempt in AccessAttempt.objects.all():
        assert "my secret" not in f"{attempt.get_data}{attempt.post_data}"


def test_it_copes_with_the_longest_names(db: None) -> None:
    longest = f"{'x' * 242}@example.com"
    assert _statuses(*(_try(longest) for _ in range(5))) == [401] * 4 + [429]


def test_it_locks_no_program_out_of_its_own_check(user: User) -> None:
    for _ in range(6):
        assert authenticate(username="Ada", password="wrong") is None
    assert authenticate(username="Ada", password=PASSWORD) == user
    assert _try("Ada", PASSWORD).status_code == 200


def test_it_unlocks_a_user_everywhere(user: User, superuser: User) -> None:
    for address in (_HERE, _ELSEWHERE):
        for login in ("Ada", "ada@example.com", "Root", "Root", "Root"):
            _try(login, address=address)
        for _ in range(3):
            _try("Ada", address=address)
    assert user_unlock(user=user) == 2
    assert _try("Ada", PASSWORD).status_code == 200
    assert _statuses(_try("Root"), _try("Root")) == [401, 429]


def test_it_takes_the_settings(user: User, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    settings.AXES_COOLOFF_TIME = dt.timedelta(minutes=1)
    assert _statuses(_try("Ada"), _try("Ada")) == [401, 429]
    assert _try("Ada").headers["Retry-After"] == "60"


def test_it_lets_a_log_in_page_be_seen_while_locked_out(superuser: User) -> None:
    for _ in range(5):
        _try_admin("Root")
    assert Client(REMOTE_ADDR=_HERE).get(reverse("admin:login")).status_code == 200


def test_it_leaves_those_in_who_are_in(user: User) -> None:
    for _ in range(5):
        _try("Ada")
    assert Client(REMOTE_ADDR=_HERE).get("/api/v1/auth/me/", headers=bearer(user)).status_code == 200


def test_it_counts_log_ins_of_an_address_on_rest_and_on_the_admins_page_together(
    superuser: User, settings: Settings
) -> None:
    settings.THROTTLE_TOKEN = "3/hour"
    assert _statuses(_try("Ada"), _try_admin("Root"), _try_admin("nobody")) == [401, 200, 200]
    refused = _try_admin("Root", PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert "Too many logins from this address" in refused.content.decode()
    assert_refused(_try("Root", PASSWORD), 429, "RATE_LIMITED")
    assert _try_admin("Root", PASSWORD, address=_ELSEWHERE).status_code == 302
    assert Client(REMOTE_ADDR=_HERE).get(reverse("admin:login")).status_code == 200


def test_it_forgets_failures_after_their_time_though_nobody_logs_in(user: User, clock: time_machine.Traveller) -> None:
    _try("Ada")
    clock.shift(600)
    _try("nobody")
    clock.shift(301)
    assert sum(failures_forget(now_ms=_now_ms())) == 1
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["nobody"]
    clock.shift(600)
    assert sum(failures_forget(now_ms=_now_ms())) == 1
    assert sum(failures_forget(now_ms=_now_ms())) == 0


def test_it_forgets_any_number(user: User, clock: time_machine.Traveller) -> None:
    _try("Ada")
    old = AccessAttempt.objects.values().get()
    rows = [AccessAttempt(**{**old, "id": None, "username": f"user {number}"}) for number in range(2500)]
    AccessAttempt.objects.bulk_create(rows)
    clock.shift(901)
    assert sum(failures_forget(now_ms=_now_ms())) == 2501


def test_it_counts_a_network_of_ipv6_as_one_address(user: User) -> None:
    for number in range(5):
        _try("Ada", address=f"2001:db8:1:2::{number}")
    response = _try("Ada", PASSWORD, address="2001:db8:1:2:ffff::1")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "900")
    assert _try("Ada", PASSWORD, address="2001:db8:1:3::1").status_code == 200

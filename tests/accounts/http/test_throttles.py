"""How often one may ask: counted by address or by user, over all processes, and not at all while the cache is away."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.http.throttles import WindowThrottle
from accounts.models import User
from accounts.tokens.json_web_tokens import pair_issue
from streaming.commands.request_rates import RequestCounts, seconds_over_rate
from tests.accounts.conftest import PASSWORD
from tests.accounts.rest import assert_refused, bearer
from tests.manual_clock import ManualClock
from tests.services import need_redis

_HERE, _ELSEWHERE = "203.0.113.9", "198.51.100.7"
_NOW = dt.datetime(2026, 3, 1, 12, 0, 15, tzinfo=dt.UTC)
_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "throttles"}}
_NEW = {"username": "Newcomer", "email": "newcomer@example.com", "password": PASSWORD}


def _redis_cache(url: str) -> dict[str, Any]:
    options = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    backend = "django.core.cache.backends.redis.RedisCache"
    return {"default": {"BACKEND": backend, "LOCATION": url, "KEY_PREFIX": f"test-{uuid4().hex}", "OPTIONS": options}}


def _ask(path: str, body: Any, *, address: str = _HERE, user: User | None = None) -> Any:
    client = Client(REMOTE_ADDR=address)
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=bearer(user))


def _statuses(ask: Callable[[], Any], times: int) -> list[int]:
    return [ask().status_code for _ in range(times)]


@pytest.fixture(autouse=True)
def _fresh(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.CACHES = _MEMORY
    monkeypatch.setattr(WindowThrottle, "counts", RequestCounts())
    cache.clear()
    yield
    settings.CACHES = _MEMORY  # clearing Redis would empty what others have there
    cache.clear()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Let the time stand still, and be moved by the test."""
    with time_machine.travel(_NOW, tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        ("THROTTLE_TOKEN", "auth/token/"),
        ("THROTTLE_REGISTER", "auth/register/"),
        ("THROTTLE_REFRESH", "auth/token/refresh/"),
    ],
)
@pytest.mark.usefixtures("clock", "db")
def test_it_counts_by_address(settings: Settings, setting: str, path: str) -> None:
    setattr(settings, setting, "3/min")
    assert _statuses(lambda: _ask(path, {}), 4) == [400, 400, 400, 429]
    refused = _ask(path, {})
    assert_refused(refused, 429, "RATE_LIMITED")
    assert refused.headers["Retry-After"] == "45"
    assert _ask(path, {}, address=_ELSEWHERE).status_code == 400


def test_it_counts_good_requests_like_bad_ones(user: User, settings: Settings, clock: time_machine.Traveller) -> None:
    settings.THROTTLE_REFRESH = "2/min"
    refresh = pair_issue(user=user).refresh
    assert _statuses(lambda: _ask("auth/token/refresh/", {"refresh": refresh}), 3) == [200, 200, 429]


def test_it_counts_anew_in_the_next_window(db: None, settings: Settings, clock: time_machine.Traveller) -> None:
    settings.THROTTLE_REGISTER = "1/hour"
    assert _statuses(lambda: _ask("auth/register/", _NEW), 2) == [201, 429]
    assert _ask("auth/register/", _NEW).headers["Retry-After"] == str(59 * 60 + 45)
    clock.shift(dt.timedelta(minutes=59, seconds=44))
    assert _ask("auth/register/", _NEW).status_code == 429
    clock.shift(1)
    assert _ask("auth/register/", {}).status_code == 400


def test_it_counts_tickets_by_user(
    user: User, superuser: User, settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.THROTTLE_TICKET = "2/min"
    assert _statuses(lambda: _ask("ws/ticket", {}, user=user), 3) == [200, 200, 429]
    assert _ask("ws/ticket", {}, user=user, address=_ELSEWHERE).status_code == 429
    assert _ask("ws/ticket", {}, user=superuser).status_code == 200


def test_it_asks_for_the_login_before_it_counts(user: User, settings: Settings) -> None:
    settings.THROTTLE_TICKET = "1/day"
    assert _statuses(lambda: _ask("ws/ticket", {}), 3) == [401] * 3
    assert _ask("ws/ticket", {}, user=user).status_code == 200


def test_it_counts_each_kind_of_request_by_itself(db: None, settings: Settings, clock: time_machine.Traveller) -> None:
    settings.THROTTLE_TOKEN = settings.THROTTLE_REFRESH = "1/min"
    paths = ["auth/token/", "auth/token/refresh/"] * 2
    assert [_ask(path, {}).status_code for path in paths] == [400, 400, 429, 429]


def test_it_lets_everything_through_with_an_empty_setting(db: None, settings: Settings) -> None:
    settings.THROTTLE_TOKEN = ""
    assert _statuses(lambda: _ask("auth/token/", {}), 100) == [400] * 100


@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 400)])
def test_it_believes_only_proxies_of_ours(
    db: None, settings: Settings, clock: time_machine.Traveller, proxies: int, status: int
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    settings.THROTTLE_TOKEN = "1/min"
    for address, expected in ((_HERE, 400), (_ELSEWHERE, status)):
        client = Client(REMOTE_ADDR="10.0.0.2", headers={"X-Forwarded-For": address})
        assert client.post("/api/v1/auth/token/", {}, content_type="application/json").status_code == expected


@pytest.mark.redis
def test_it_counts_in_redis_for_all_processes(settings: Settings) -> None:
    settings.CACHES = _redis_cache(need_redis())
    one, other = RequestCounts(), RequestCounts()
    assert [one.add("key", seconds=60), other.add("key", seconds=60), one.add("key", seconds=60)] == [1, 2, 3]
    assert cache.get("key") == 3
    cache.delete("key")


@pytest.mark.redis
def test_it_leaves_nothing_in_redis_for_ever(settings: Settings) -> None:
    settings.CACHES = _redis_cache(need_redis())
    RequestCounts().add("key", seconds=60)
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    assert 60 < client.ttl(cache.make_key("key")) <= 120
    cache.delete("key")


def test_it_lets_everybody_through_while_the_cache_is_away(
    user: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CACHES = _redis_cache("redis://127.0.0.1:1/0")
    settings.THROTTLE_TOKEN = "1/day"
    credentials = {"username": "Ada", "password": PASSWORD}
    assert _statuses(lambda: _ask("auth/token/", credentials), 5) == [200] * 5
    told = [record for record in caplog.records if "no answer" in record.getMessage()]
    assert len(told) == 1


def test_it_does_not_wait_each_time_for_a_cache_that_is_away(
    settings: Settings,
) -> None:
    settings.CACHES = _redis_cache("redis://127.0.0.1:1/0")
    clock = ManualClock()
    counts = RequestCounts(clock)
    assert counts.add("key", seconds=60) == 0
    settings.CACHES = _MEMORY
    assert counts.add("key", seconds=60) == 0
    assert cache.get("key") is None
    clock.advance(5)
    assert counts.add("key", seconds=60) == 1


def test_it_begins_windows_by_the_clock_that_it_is_given(settings: Settings) -> None:
    settings.THROTTLE_TOKEN = "1/min"
    clock = ManualClock(now_ms=60_000 * 1000 + 15_250)
    counts = RequestCounts(clock)
    assert [seconds_over_rate("THROTTLE_TOKEN", "one", counts) for _ in range(2)] == [0.0, 44.75]
    clock.advance(44.75)
    assert seconds_over_rate("THROTTLE_TOKEN", "one", counts) == 0.0


@pytest.mark.usefixtures("clock", "db")
def test_it_counts_a_network_of_ipv6_as_one_address(settings: Settings) -> None:
    settings.THROTTLE_TOKEN = "2/min"
    statuses = [_ask("auth/token/", {}, address=f"2001:db8:1:2::{number}").status_code for number in range(3)]
    assert statuses == [400, 400, 429]
    assert _ask("auth/token/", {}, address="2001:db8:1:3::1").status_code == 400

"""What is said of a Redis that is well, away, standing still, or only read."""

import time

import pytest
import redis
from pytest_django import Settings

from config.doctor.findings import Finding, State
from config.doctor.redis_hosts import look_at_no_redis, look_at_redis
from tests.loopback_proxy import LoopbackProxy
from tests.own_services import own_redis
from tests.services import need_redis


def failures(url: str) -> list[Finding]:
    """Return what has failed of a host."""
    return [finding for finding in look_at_redis(url) if finding.state is not State.OK]


@pytest.mark.redis
def test_it_tells_version_and_clock_of_one_that_is_well() -> None:
    found = list(look_at_redis(need_redis()))
    assert [(finding.state, finding.subject) for finding in found] == [(State.OK, "redis"), (State.OK, "clock")]
    assert ": Redis " in found[0].text


@pytest.mark.redis
def test_it_waits_for_none_that_stands_still() -> None:
    with LoopbackProxy(need_redis()) as proxy, proxy.stalled():
        began = time.monotonic()
        (failure,) = failures(proxy.url)
        assert time.monotonic() - began < 10
    assert "does not answer" in failure.text


def test_it_names_one_that_is_away_and_no_password() -> None:
    (failure,) = failures("redis://someone:secret@127.0.0.1:1/0")
    assert failure.text.startswith("127.0.0.1:1/0 does not answer: ")
    assert "secret" not in failure.text


@pytest.mark.redis
def test_it_refuses_a_replica() -> None:
    with own_redis() as own, redis.Redis.from_url(own.url) as client:
        client.replicaof("127.0.0.1", "1")
        (failure,) = failures(own.url)
    assert "is a replica" in failure.text


@pytest.mark.parametrize(("environment", "state"), [("production", State.WARNING), ("development", State.OK)])
def test_it_misses_redis_in_production(settings: Settings, environment: str, state: State) -> None:
    settings.ENVIRONMENT = environment
    (finding,) = look_at_no_redis()
    assert finding.state is state

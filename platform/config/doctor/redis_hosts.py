"""Redis: whether each host answers, takes what is written, and tells the same time."""

import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from config.doctor.clocks import clock_finding
from config.doctor.findings import Finding, failed, ok, warning
from config.redis_names import redis_client
from streaming.layer.redis_hosts import host_name

_SUBJECT = "redis"
_OLDEST = (6, 2)
"""The history of events trims its streams by `XTRIM … MINID`."""


def look_at_no_redis() -> Iterator[Finding]:
    """Yield what it means that none is configured."""
    if settings.ENVIRONMENT == "production":
        to_do = "set REDIS_URL: without it gateways and workers don't hear each other"
        yield warning(_SUBJECT, "none is configured: all must run in one process", to_do)
    else:
        yield ok(_SUBJECT, "none is configured: memory does, for one process")


def look_at_redis(url: str) -> Iterator[Finding]:
    """Yield what is found of one host."""
    name = host_name(url)
    try:
        with redis_client(url) as client:
            began = time.monotonic()
            client.ping()
            milliseconds = (time.monotonic() - began) * 1000
            version = str(_info(client, "server")["redis_version"])
            yield _version(name, version, milliseconds)
            yield _clock(name, client)
            yield from _role(name, client)
    except (RedisError, ValueError) as error:
        yield failed(_SUBJECT, f"{name} does not answer: {error}", "start it, or correct REDIS_URL (REDIS_URLS)")


def _version(name: str, version: str, milliseconds: float) -> Finding:
    text = f"{name}: Redis {version}, answers in {milliseconds:.0f} ms"
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
        return failed(_SUBJECT, text, f"install Redis {'.'.join(map(str, _OLDEST))} or later")
    return ok(_SUBJECT, text)


def _clock(name: str, client: Redis) -> Finding:
    asked_at = time.time() * 1000
    answer: Any = client.time()
    seconds, microseconds = answer
    theirs = seconds * 1000 + microseconds / 1000
    return clock_finding(f"that of {name}", asked_at=asked_at, theirs=theirs, answered_at=time.time() * 1000)


def _role(name: str, client: Redis) -> Iterator[Finding]:
    """Yield a failure where it is a replica, which takes nothing."""
    if _info(client, "replication")["role"] != "master":
        yield failed(_SUBJECT, f"{name} is a replica, and can only be read", "name the one that it follows")


def _info(client: Redis, section: str) -> Any:
    return client.info(section)

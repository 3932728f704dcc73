"""Where Redis is, by the settings: none, one, or several hosts; and what of Django and Channels follows from that."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from streaming.layer.redis_hosts import RedisHosts


def redis_urls(url: str, urls: Sequence[str]) -> list[str]:
    """Return the addresses of all Redis hosts, given `REDIS_URL` and `REDIS_URLS`.

    Raise `ImproperlyConfigured` where both are set, and where several are named that can't be hosts of one deployment.
    """
    if not urls:
        return [url] if url else []
    if url:
        raise ImproperlyConfigured(
            "REDIS_URL and REDIS_URLS are both set: name one Redis in the one, or all in the other"
        )
    addresses = [address.strip() for address in urls]
    try:
        RedisHosts(addresses)
    except ValueError as error:
        raise ImproperlyConfigured(f"REDIS_URLS: {error}") from None
    return addresses


def channel_layers(urls: Sequence[str], prefix: str) -> dict[str, Any]:
    """Return Channels' setting: the layer in memory, over one Redis, or over several."""
    options: dict[str, Any]
    match urls:
        case []:
            backend, options = "channels.layers.InMemoryChannelLayer", {"capacity": 10_000, "expiry": 60}
        case [url]:
            backend, options = "streaming.layer.redis_layer.RedisLayer", {"hosts": [url], "prefix": prefix}
        case _:
            backend, options = "streaming.layer.sharded_layer.ShardedRedisLayer", {"urls": urls, "prefix": prefix}
    return {"default": {"BACKEND": backend, "CONFIG": options}}


def caches(urls: Sequence[str], prefix: str) -> dict[str, Any]:
    """Return Django's setting: the cache in memory, in one Redis, or in several."""
    if not urls:
        options = {"MAX_ENTRIES": 100_000}
        return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": options}}
    backend = (
        "config.sharded_cache.ShardedRedisCache" if len(urls) > 1 else "django.core.cache.backends.redis.RedisCache"
    )
    return {
        "default": {"BACKEND": backend, "LOCATION": list(urls), "KEY_PREFIX": prefix, "OPTIONS": _quick_answers()},
    }


def _quick_answers() -> dict[str, Any]:
    """Return options without which a login would wait long for a cache that is away, and each login behind it."""
    from redis.backoff import NoBackoff  # noqa: PLC0415 - in memory, nothing needs the client
    from redis.retry import Retry  # noqa: PLC0415

    return {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "retry": Retry(NoBackoff(), 0)}

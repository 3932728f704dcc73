"""The cache of last values that the settings name."""

from functools import cache

from django.conf import settings

from streaming.clock import SystemClock
from streaming.layer.redis_hosts import RedisHosts
from streaming.market.publishing.last_values import LastValues, MemoryLastValues, RedisLastValues
from streaming.market.publishing.sharded_last_values import ShardedLastValues


def last_values_from_settings() -> LastValues:
    """Return the cache: in Redis where there is one, or several, else the one of this process."""
    match settings.REDIS_URLS:
        case []:
            return values_of_this_process(settings.LAST_VALUE_MAXIMUM_AGE_SECONDS, settings.BRIDGE_POSITION_AGE_SECONDS)
        case [url]:
            return _in_redis(url)
        case urls:
            return ShardedLastValues(RedisHosts(urls), lambda host, url: _in_redis(url, host))


def _in_redis(url: str, host: str = "") -> RedisLastValues:
    return RedisLastValues(
        url,
        prefix=settings.REDIS_PREFIX,
        maximum_age=settings.LAST_VALUE_MAXIMUM_AGE_SECONDS,
        clock=SystemClock(),
        checkpoint_age=settings.BRIDGE_POSITION_AGE_SECONDS,
        host=host,
    )


@cache
def values_of_this_process(maximum_age: float, checkpoint_age: float) -> MemoryLastValues:
    """Return the one that gateway and bridge share where they live in one process."""
    return MemoryLastValues(maximum_age=maximum_age, clock=SystemClock(), checkpoint_age=checkpoint_age)

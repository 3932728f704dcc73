"""The cache of last values that all processes share: the bridge writes it, each Hub reads it.

One class for each way to keep it; `last_values_from_settings` chooses. A value is held only as long as it is fresh.
"""

from collections.abc import Mapping
from functools import cache
from typing import Protocol

import redis.asyncio as redis
from django.conf import settings
from redis.exceptions import RedisError

from streaming.clock import Clock, SystemClock
from streaming.outage import Outage

_PRICE_PREFIX = "m.price."
_CONNECTIONS = 2
_TIMEOUT_SECONDS = 5.0


class LastValues(Protocol):
    """The encoded newest envelope of each state topic, by the topic's key."""

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        ...

    async def write(self, values: Mapping[str, bytes]) -> None:
        """Hold the values; never raises, for a cache that is away is only a slower start."""
        ...

    async def count_fresh_prices(self) -> int:
        """Return how many prices are held that are still fresh."""
        ...

    async def close(self) -> None:
        """Let go of connections; calling it twice is harmless."""
        ...


class MemoryLastValues:
    """Values held in this process, which are forgotten when something newer is written."""

    def __init__(self, *, maximum_age: float, clock: Clock) -> None:
        self._maximum_age = maximum_age
        self._clock = clock
        self._values: dict[str, tuple[bytes, float]] = {}
        """In the order of their writing."""

    def __len__(self) -> int:
        """Return how many values take up memory."""
        return len(self._values)

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        held = self._values.get(key)
        return None if held is None or held[1] < self._oldest() else held[0]

    async def write(self, values: Mapping[str, bytes]) -> None:
        """Hold the values."""
        now = self._clock.monotonic()
        for key, body in values.items():
            self._values.pop(key, None)
            self._values[key] = (body, now)
        self._forget_old()

    async def count_fresh_prices(self) -> int:
        """Return how many prices are held that are still fresh."""
        oldest = self._oldest()
        return sum(key.startswith(_PRICE_PREFIX) and at >= oldest for key, (_, at) in self._values.items())

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _forget_old(self) -> None:
        oldest = self._oldest()
        while self._values and self._values[key := next(iter(self._values))][1] < oldest:
            del self._values[key]

    def _oldest(self) -> float:
        return self._clock.monotonic() - self._maximum_age


class RedisLastValues:
    """Values held in Redis, where they expire by themselves.

    The times of prices stand in a sorted set beside them, so that counting the fresh ones reads no key of theirs.
    A cache that doesn't answer is logged once, and counts as empty.
    """

    def __init__(self, url: str, *, prefix: str, maximum_age: float, clock: Clock) -> None:
        self._pool = redis.BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=_TIMEOUT_SECONDS,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
        )
        self._redis = redis.Redis(connection_pool=self._pool)
        self._prefix = prefix
        self._maximum_age_ms = round(maximum_age * 1000)
        self._clock = clock
        self._outage = Outage("cache of last values", clock)

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        try:
            value = await self._redis.get(self._name(key))
        except RedisError as error:
            self._outage.failed(error)
            return None
        self._outage.worked()
        return value if isinstance(value, bytes) else None

    async def write(self, values: Mapping[str, bytes]) -> None:
        """Hold the values."""
        now = self._clock.now_ms()
        prices = {key: now for key in values if key.startswith(_PRICE_PREFIX)}
        pipeline = self._redis.pipeline(transaction=False)
        for key, body in values.items():
            pipeline.set(self._name(key), body, px=self._maximum_age_ms)
        if prices:
            pipeline.zadd(self._prices, prices)
            pipeline.zremrangebyscore(self._prices, "-inf", f"({now - self._maximum_age_ms}")
            pipeline.pexpire(self._prices, self._maximum_age_ms)
        try:
            await pipeline.execute()
        except RedisError as error:
            self._outage.failed(error)
        else:
            self._outage.worked()

    async def count_fresh_prices(self) -> int:
        """Return how many prices are held that are still fresh."""
        oldest = self._clock.now_ms() - self._maximum_age_ms
        try:
            count = int(await self._redis.zcount(self._prices, oldest, "+inf"))
        except RedisError as error:
            self._outage.failed(error)
            return 0
        self._outage.worked()
        return count

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
        await self._pool.disconnect()

    @property
    def _prices(self) -> str:
        return f"{self._prefix}:last:prices"

    def _name(self, key: str) -> str:
        return f"{self._prefix}:last:{key}"


def last_values_from_settings() -> LastValues:
    """Return the cache that the settings name: in Redis where there is one, else the one of this process."""
    if not settings.REDIS_URL:
        return _values_of_this_process(settings.LAST_VALUE_MAXIMUM_AGE_SECONDS)
    return RedisLastValues(
        settings.REDIS_URL,
        prefix=settings.REDIS_PREFIX,
        maximum_age=settings.LAST_VALUE_MAXIMUM_AGE_SECONDS,
        clock=SystemClock(),
    )


@cache
def _values_of_this_process(maximum_age: float) -> MemoryLastValues:
    """Return the one that gateway and bridge share where they live in one process."""
    return MemoryLastValues(maximum_age=maximum_age, clock=SystemClock())

"""The cache of last values that all processes share: the bridge writes it, each Hub reads it.

One class for each way to keep it; `last_values_from_settings` chooses. A value is held only as long as it is fresh.
Beside them stand, for longer, the checkpoints at which a bridge stopped, for the one that follows it.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Protocol

import redis.asyncio as redis
from django.conf import settings
from redis.exceptions import RedisError

from streaming.clock import Clock, SystemClock
from streaming.layer.cancelling import heeding_cancellation
from streaming.layer.connection_pool import connection_pool
from streaming.outage import Outage

_PRICE_PREFIX = "m.price."
_CONNECTIONS = 2
CHECKPOINT_AGE_SECONDS = 600.0
_FENCE = """
if tonumber(ARGV[1]) >= tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
"""
_WRITE_CHECKPOINTS = """
if tonumber(ARGV[1]) >= tonumber(redis.call('GET', KEYS[1]) or '0') then
  for place = 2, #KEYS do redis.call('SET', KEYS[place], ARGV[place + 1], 'PX', ARGV[2]) end
end
"""


class LastValues(Protocol):
    """The encoded newest envelope of each state topic, by the topic's key."""

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        ...

    async def write(
        self, values: Mapping[str, bytes], checkpoints: Mapping[str, bytes] | None = None, *, epoch: int = 0
    ) -> None:
        """Hold the values, and the checkpoints; never raises, for a cache that is away is only a slower start.

        Checkpoints are left as they are where a bridge of a higher epoch than the writer's has read them: it goes on
        from there, and gateways refuse what the writer, which is superseded and doesn't know it yet, still publishes.
        """
        ...

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return the encoded checkpoints of the topics `keys` that were written in the last `maximum_age` seconds.

        From then on no bridge of an epoch lower than the reader's writes any. None where that can't be asked. The time
        of day, which may jump, is no matter.
        """
        ...

    async def count_fresh_prices(self) -> int:
        """Return how many prices are held that are still fresh."""
        ...

    async def close(self) -> None:
        """Let go of connections; calling it twice is harmless."""
        ...


class MemoryLastValues:
    """Values held in this process, which are forgotten when something newer is written."""

    def __init__(self, *, maximum_age: float, clock: Clock, checkpoint_age: float = CHECKPOINT_AGE_SECONDS) -> None:
        self._maximum_age = maximum_age
        self._checkpoint_age = checkpoint_age
        self._clock = clock
        self._values: dict[str, tuple[bytes, float]] = {}
        self._checkpoints: dict[str, tuple[bytes, float]] = {}
        """Both in the order of their writing."""
        self._epoch = 0

    def __len__(self) -> int:
        """Return how many values take up memory."""
        return len(self._values)

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        held = self._values.get(key)
        return None if held is None or held[1] < self._oldest() else held[0]

    async def write(
        self, values: Mapping[str, bytes], checkpoints: Mapping[str, bytes] | None = None, *, epoch: int = 0
    ) -> None:
        """Hold the values, and the checkpoints."""
        now = self._clock.monotonic()
        _put(self._values, values, now)
        if epoch >= self._epoch:
            _put(self._checkpoints, checkpoints or {}, now)
        _forget(self._values, self._oldest())
        _forget(self._checkpoints, now - self._checkpoint_age)

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return the encoded checkpoints of the topics `keys` that were written in the last `maximum_age` seconds."""
        self._epoch = max(self._epoch, epoch)
        oldest = self._clock.monotonic() - min(maximum_age, self._checkpoint_age)
        held = {key: self._checkpoints[key] for key in keys if key in self._checkpoints}
        return {key: body for key, (body, at) in held.items() if at >= oldest}

    async def count_fresh_prices(self) -> int:
        """Return how many prices are held that are still fresh."""
        oldest = self._oldest()
        return sum(key.startswith(_PRICE_PREFIX) and at >= oldest for key, (_, at) in self._values.items())

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _oldest(self) -> float:
        return self._clock.monotonic() - self._maximum_age


def _put(held: dict[str, tuple[bytes, float]], values: Mapping[str, bytes], now: float) -> None:
    for key, body in values.items():
        held.pop(key, None)
        held[key] = (body, now)


def _forget(held: dict[str, tuple[bytes, float]], oldest: float) -> None:
    while held and held[key := next(iter(held))][1] < oldest:
        del held[key]


class RedisLastValues:
    """Values held in Redis, where they expire by themselves.

    The times of prices stand in a sorted set beside them, so that counting the fresh ones reads no key of theirs.
    A cache that doesn't answer is logged once, and counts as empty, but for checkpoints. The epochs of checkpoints are
    those of one `slot`, whose lease is no other's.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        maximum_age: float,
        clock: Clock,
        checkpoint_age: float = CHECKPOINT_AGE_SECONDS,
        slot: str = "",
    ) -> None:
        self._pool = connection_pool(url, connections=_CONNECTIONS)
        self._redis = redis.Redis(connection_pool=self._pool)
        self._prefix = prefix
        self._slot = slot
        self._maximum_age_ms = round(maximum_age * 1000)
        self._checkpoint_age_ms = round(checkpoint_age * 1000)
        self._clock = clock
        self._outage = Outage("cache of last values", clock)

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        try:
            value = await heeding_cancellation(self._redis.get(self._name(key)))
        except RedisError as error:
            self._outage.failed(error)
            return None
        self._outage.worked()
        return value if isinstance(value, bytes) else None

    async def write(
        self, values: Mapping[str, bytes], checkpoints: Mapping[str, bytes] | None = None, *, epoch: int = 0
    ) -> None:
        """Hold the values, and the checkpoints."""
        now = self._clock.now_ms()
        prices = {key: now for key in values if key.startswith(_PRICE_PREFIX)}
        pipeline = self._redis.pipeline(transaction=False)
        for key, body in values.items():
            pipeline.set(self._name(key), body, px=self._maximum_age_ms)
        if checkpoints:
            names = [self._fence, *map(self._checkpoint_name, checkpoints)]
            pipeline.eval(_WRITE_CHECKPOINTS, len(names), *names, epoch, self._checkpoint_age_ms, *checkpoints.values())
        if prices:
            pipeline.zadd(self._prices, prices)
            pipeline.zremrangebyscore(self._prices, "-inf", f"({now - self._maximum_age_ms}")
            pipeline.pexpire(self._prices, self._maximum_age_ms)
        try:
            await heeding_cancellation(pipeline.execute())
        except RedisError as error:
            self._outage.failed(error)
        else:
            self._outage.worked()

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return the encoded checkpoints of the topics `keys` that were written in the last `maximum_age` seconds.

        None where Redis doesn't answer. Their age is told by how long Redis will still keep them.
        """
        topics = list(keys)
        if not topics:
            return {}
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.eval(_FENCE, 1, self._fence, epoch, self._checkpoint_age_ms)
        for name in map(self._checkpoint_name, topics):
            pipeline.get(name)
            pipeline.pttl(name)
        try:
            answers = await heeding_cancellation(pipeline.execute())
        except RedisError as error:
            self._outage.failed(error)
            return None
        self._outage.worked()
        least = self._checkpoint_age_ms - round(maximum_age * 1000)
        held = zip(topics, answers[1::2], answers[2::2], strict=True)
        return {key: body for key, body, left in held if isinstance(body, bytes) and left >= least}

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

    @property
    def _fence(self) -> str:
        """Where the epoch stands below which nobody writes checkpoints."""
        of_slot = f".{self._slot}" if self._slot else ""
        return f"{self._prefix}:position:epoch{of_slot}"

    def _checkpoint_name(self, key: str) -> str:
        return f"{self._prefix}:position:{key}"


def last_values_from_settings(slot: str = "") -> LastValues:
    """Return the cache that the settings name: in Redis where there is one, else the one of this process.

    `slot` is that of a bridge of a further market, which needs Redis; none is that of the deployment's own.
    """
    if not settings.REDIS_URL:
        return values_of_this_process(settings.LAST_VALUE_MAXIMUM_AGE_SECONDS, settings.BRIDGE_POSITION_AGE_SECONDS)
    return RedisLastValues(
        settings.REDIS_URL,
        prefix=settings.REDIS_PREFIX,
        maximum_age=settings.LAST_VALUE_MAXIMUM_AGE_SECONDS,
        clock=SystemClock(),
        checkpoint_age=settings.BRIDGE_POSITION_AGE_SECONDS,
        slot=slot,
    )


@cache
def values_of_this_process(maximum_age: float, checkpoint_age: float) -> MemoryLastValues:
    """Return the one that gateway and bridge share where they live in one process."""
    return MemoryLastValues(maximum_age=maximum_age, clock=SystemClock(), checkpoint_age=checkpoint_age)

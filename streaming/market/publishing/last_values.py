"""The cache of last values that all processes share: the bridge writes it, each Hub reads it.

One class for each way to keep it; `configured_last_values` chooses. A value is held only as long as it is fresh.
Beside them stand, for longer, the checkpoints at which a bridge stopped, for the one that follows it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

import redis.asyncio as redis
from redis.exceptions import RedisError

from streaming.clock import Clock
from streaming.layer.availability import Availability, HostAwayError
from streaming.layer.cancelling import heeding_cancellation
from streaming.layer.connection_pool import connection_pool
from streaming.outage import Outage

_PRICE_PREFIX = "m.price."
_CONNECTIONS = 2
CHECKPOINT_AGE_SECONDS = 600.0
_FAILED = (RedisError, HostAwayError)
_FENCE = """
for _, fence in ipairs(KEYS) do
  if tonumber(ARGV[1]) >= tonumber(redis.call('GET', fence) or '0') then
    redis.call('SET', fence, ARGV[1], 'PX', ARGV[2])
  end
end
"""
_WRITE_CHECKPOINTS = """
for one = 1, #KEYS / 2 do
  local fence, checkpoint = KEYS[2 * one - 1], KEYS[2 * one]
  if tonumber(ARGV[1]) >= tonumber(redis.call('GET', fence) or '0') then
    redis.call('SET', fence, ARGV[1], 'PX', ARGV[2])
    redis.call('SET', checkpoint, ARGV[one + 2], 'PX', ARGV[2])
  end
end
"""


Answer = TypeVar("Answer")
Held = TypeVar("Held")


class LastValues(Protocol):
    """The encoded newest envelope of each state topic, by the topic's key."""

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        ...

    async def write(
        self, values: Mapping[str, bytes], checkpoints: Mapping[str, bytes] | None = None, *, epoch: int = 0
    ) -> None:
        """Hold the values, and the checkpoints; never raises, for a cache that is away is only a slower start.

        A topic's is left as it is where a bridge of a higher epoch than the writer's has read or written it: that one
        goes on from there, and gateways refuse what the writer, which is superseded there and doesn't know it yet,
        still publishes. Other topics may be another slot's, and are no matter.
        """
        ...

    async def forget(self, keys: Iterable[str]) -> None:
        """Hold no value of the topics `keys`; never raises, for they are let go soon in any case."""
        ...

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return the encoded checkpoints of the topics `keys` that were written in the last `maximum_age` seconds.

        From then on no bridge of an epoch lower than the reader's writes these. None where that can't be asked. The
        time of day, which may jump, is no matter.
        """
        ...

    def shares(self, keys: Iterable[str]) -> Sequence[Sequence[str]]:
        """Return keys as they are kept: those together of which none can be asked for where another can't."""
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
        self._fences: dict[str, tuple[int, float]] = {}
        """The epoch of each topic below which nobody writes its checkpoint. All in the order of their writing."""

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
        ours = {key: body for key, body in (checkpoints or {}).items() if self._may_write(key, epoch)}
        _put(self._checkpoints, ours, now)
        _put(self._fences, dict.fromkeys(ours, epoch), now)
        _forget(self._values, self._oldest())
        _forget(self._checkpoints, now - self._checkpoint_age)
        _forget(self._fences, now - self._checkpoint_age)

    async def forget(self, keys: Iterable[str]) -> None:
        """Hold no value of the topics `keys`."""
        for key in keys:
            self._values.pop(key, None)

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return the encoded checkpoints of the topics `keys` that were written in the last `maximum_age` seconds."""
        topics, now = list(keys), self._clock.monotonic()
        _put(self._fences, {key: epoch for key in topics if self._may_write(key, epoch)}, now)
        oldest = now - min(maximum_age, self._checkpoint_age)
        held = {key: self._checkpoints[key] for key in topics if key in self._checkpoints}
        return {key: body for key, (body, at) in held.items() if at >= oldest}

    def shares(self, keys: Iterable[str]) -> Sequence[Sequence[str]]:
        """Return all keys together: they are in one place."""
        return [list(keys)]

    async def count_fresh_prices(self) -> int:
        """Return how many prices are held that are still fresh."""
        oldest = self._oldest()
        return sum(key.startswith(_PRICE_PREFIX) and at >= oldest for key, (_, at) in self._values.items())

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _may_write(self, key: str, epoch: int) -> bool:
        return key not in self._fences or epoch >= self._fences[key][0]

    def _oldest(self) -> float:
        return self._clock.monotonic() - self._maximum_age


def _put(held: dict[str, tuple[Held, float]], values: Mapping[str, Held], now: float) -> None:
    for key, value in values.items():
        held.pop(key, None)
        held[key] = (value, now)


def _forget(held: dict[str, tuple[Held, float]], oldest: float) -> None:
    while held and held[key := next(iter(held))][1] < oldest:
        del held[key]


class RedisLastValues:
    """Values held in Redis, where they expire by themselves.

    The times of prices stand in a sorted set beside them, so that counting the fresh ones reads no key of theirs.
    A cache that doesn't answer is logged once, and counts as empty, but for checkpoints. Where it is one of several, at
    the `host` of that name, nobody waits for it while it is away.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        maximum_age: float,
        clock: Clock,
        checkpoint_age: float = CHECKPOINT_AGE_SECONDS,
        host: str = "",
    ) -> None:
        self._pool = connection_pool(url, connections=_CONNECTIONS)
        self._redis = redis.Redis(connection_pool=self._pool)
        self._prefix = prefix
        self._maximum_age_ms = round(maximum_age * 1000)
        self._checkpoint_age_ms = round(checkpoint_age * 1000)
        self._clock = clock
        self._outage = Outage("cache of last values", clock)
        self._availability = (
            Availability(host, self._redis.ping, what="cache of last values at Redis host") if host else None
        )

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        try:
            value = await self._ask(lambda: self._redis.get(self._name(key)))
        except _FAILED as error:
            self._note_failed(error)
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
            names = [name for key in checkpoints for name in (self._fence_name(key), self._checkpoint_name(key))]
            pipeline.eval(_WRITE_CHECKPOINTS, len(names), *names, epoch, self._checkpoint_age_ms, *checkpoints.values())
        if prices:
            pipeline.zadd(self._prices, prices)
            pipeline.zremrangebyscore(self._prices, "-inf", f"({now - self._maximum_age_ms}")
            pipeline.pexpire(self._prices, self._maximum_age_ms)
        await self._tell(pipeline.execute)

    async def forget(self, keys: Iterable[str]) -> None:
        """Hold no value of the topics `keys`."""
        names = [self._name(key) for key in keys]
        if names:
            await self._tell(lambda: self._redis.delete(*names))

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
        pipeline.eval(_FENCE, len(topics), *map(self._fence_name, topics), epoch, self._checkpoint_age_ms)
        for name in map(self._checkpoint_name, topics):
            pipeline.get(name)
            pipeline.pttl(name)
        try:
            answers = await self._ask(pipeline.execute)
        except _FAILED as error:
            self._note_failed(error)
            return None
        self._outage.worked()
        least = self._checkpoint_age_ms - round(maximum_age * 1000)
        held = zip(topics, answers[1::2], answers[2::2], strict=True)
        return {key: body for key, body, left in held if isinstance(body, bytes) and left >= least}

    def shares(self, keys: Iterable[str]) -> Sequence[Sequence[str]]:
        """Return all keys together: they are in one Redis."""
        return [list(keys)]

    async def count_fresh_prices(self) -> int:
        """Return how many prices are held that are still fresh."""
        oldest = self._clock.now_ms() - self._maximum_age_ms
        try:
            count = int(await self._ask(lambda: self._redis.zcount(self._prices, oldest, "+inf")))
        except _FAILED as error:
            self._note_failed(error)
            return 0
        self._outage.worked()
        return count

    async def close(self) -> None:
        """Close the connections."""
        if self._availability is not None:
            await self._availability.close()
        await self._redis.aclose()
        await self._pool.disconnect()

    async def _tell(self, order: Callable[[], Awaitable[object]]) -> None:
        """Have Redis do something; where it doesn't answer, nothing is lost by it."""
        try:
            await self._ask(order)
        except _FAILED as error:
            self._note_failed(error)
        else:
            self._outage.worked()

    async def _ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer:
        if self._availability is None:
            return await heeding_cancellation(question())
        return await self._availability.ask(question)

    def _note_failed(self, error: Exception) -> None:
        if not isinstance(error, HostAwayError):  # that it is away is said by `Availability`
            self._outage.failed(error)

    @property
    def _prices(self) -> str:
        return f"{self._prefix}:last:prices"

    def _name(self, key: str) -> str:
        return f"{self._prefix}:last:{key}"

    def _fence_name(self, key: str) -> str:
        """Return where the epoch stands below which nobody writes the topic's checkpoint."""
        return f"{self._prefix}:position:epoch:{key}"

    def _checkpoint_name(self, key: str) -> str:
        return f"{self._prefix}:position:{key}"

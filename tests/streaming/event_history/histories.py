"""Histories of events for tests, which belong to one test each."""

import secrets
from collections.abc import Sequence

from streaming.event_history.history import EventHistory, HistoryLimits, Position
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.event_history.recovery import recover
from streaming.event_history.redis_history import RedisEventHistory
from streaming.event_history.sharded_history import ShardedEventHistory
from streaming.layer.redis_hosts import RedisHosts
from tests import services
from tests.manual_clock import ManualClock
from tests.waiting import until_answer

LIMITS = HistoryLimits(frames=10, seconds=60, position_seconds=600)


def history_in(place: str, clock: ManualClock, limits: HistoryLimits = LIMITS) -> EventHistory:
    """Return a history in `memory`, in `redis`, or over `several` of Redis; skip where there is no Redis."""
    if place == "memory":
        return MemoryEventHistory(limits, clock)
    prefix = f"test-{secrets.token_hex(8)}"
    if place == "redis":
        return RedisEventHistory(services.need_redis(), prefix=prefix, limits=limits, clock=clock)
    return sharded_history(services.several_redis(), prefix, clock, limits)


def sharded_history(
    urls: Sequence[str], prefix: str, clock: ManualClock, limits: HistoryLimits = LIMITS
) -> ShardedEventHistory:
    """Return a history over the Redis at several addresses."""

    def make(host: str, url: str) -> RedisEventHistory:
        return RedisEventHistory(url, prefix=prefix, limits=limits, clock=clock, host=host)

    return ShardedEventHistory(RedisHosts(urls), make)


async def is_recovered(history: EventHistory, key: str, position: Position) -> bool:
    """Return what somebody is told who comes back to a channel from that position."""
    return recover(position, await history.read(key)).is_recovered


async def until_ended(history: EventHistory, key: str, position: Position) -> None:
    """Wait until who comes back to a channel from that position is told that something may be missing."""
    await until_answer(lambda: is_recovered(history, key, position), expected=False)

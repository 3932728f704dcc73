"""The history of events that the settings name."""

from functools import cache

from django.conf import settings

from streaming.clock import SystemClock
from streaming.event_history.history import EventHistory, HistoryLimits
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.event_history.redis_history import RedisEventHistory
from streaming.event_history.sharded_history import ShardedEventHistory
from streaming.layer.redis_hosts import RedisHosts


def event_history_from_settings() -> EventHistory | None:
    """Return the history, which may be switched off: in Redis where there is one, or several, else in this process."""
    if not settings.EVENT_HISTORY:
        return None
    limits = HistoryLimits(frames=settings.EVENT_HISTORY_FRAMES, seconds=settings.EVENT_HISTORY_SECONDS)
    match settings.REDIS_URLS:
        case []:
            return _history_of_this_process(limits)
        case [url]:
            return _in_redis(url, limits)
        case urls:
            return ShardedEventHistory(RedisHosts(urls), lambda host, url: _in_redis(url, limits, host))


def _in_redis(url: str, limits: HistoryLimits, host: str = "") -> RedisEventHistory:
    return RedisEventHistory(url, prefix=settings.REDIS_PREFIX, limits=limits, clock=SystemClock(), host=host)


@cache
def _history_of_this_process(limits: HistoryLimits) -> MemoryEventHistory:
    """Return the one that gateway and bridge share where they live in one process."""
    return MemoryEventHistory(limits, SystemClock())

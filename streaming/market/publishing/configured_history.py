"""The history of events that the settings name."""

from functools import cache

from django.conf import settings

from streaming.clock import SystemClock
from streaming.event_history.history import EventHistory, HistoryLimits
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.event_history.redis_history import RedisEventHistory


def event_history_from_settings() -> EventHistory | None:
    """Return the history: in Redis where there is one, else the one of this process; None where it is switched off."""
    if not settings.EVENT_HISTORY:
        return None
    limits = HistoryLimits(frames=settings.EVENT_HISTORY_FRAMES, seconds=settings.EVENT_HISTORY_SECONDS)
    if not settings.REDIS_URL:
        return _history_of_this_process(limits)
    return RedisEventHistory(settings.REDIS_URL, prefix=settings.REDIS_PREFIX, limits=limits, clock=SystemClock())


@cache
def _history_of_this_process(limits: HistoryLimits) -> MemoryEventHistory:
    """Return the one that gateway and bridge share where they live in one process."""
    return MemoryEventHistory(limits, SystemClock())

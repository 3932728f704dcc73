"""Histories of events for tests, which belong to one test each."""

import secrets

from streaming.event_history.history import EventHistory, HistoryLimits
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.event_history.redis_history import RedisEventHistory
from tests import services
from tests.manual_clock import ManualClock

LIMITS = HistoryLimits(frames=10, seconds=60, position_seconds=600)


def history_in(place: str, clock: ManualClock, limits: HistoryLimits = LIMITS) -> EventHistory:
    """Return a history in `memory` or `redis`; skip where there is no Redis."""
    if place == "memory":
        return MemoryEventHistory(limits, clock)
    prefix = f"test-{secrets.token_hex(8)}"
    return RedisEventHistory(services.need_redis(), prefix=prefix, limits=limits, clock=clock)

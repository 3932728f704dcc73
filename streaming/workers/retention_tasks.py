"""Deleting what the apps have declared to be too old. Several processes may do it; what one has deleted is gone."""

import asyncio
from collections.abc import Iterable, Iterator

import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from streaming.workers.background_task import Repeating
from streaming.workers.retention import RetentionRule

_PAUSE_SECONDS = 0.05
"""Between two batches, in which others have the database for themselves."""

logger = structlog.get_logger(__name__)


class RetentionTasks:
    """Follows each rule as often as it wants; one that fails, as while the database is away, is tried the next time."""

    def __init__(self, rules: Iterable[RetentionRule], *, clock: Clock) -> None:
        self._each = [_RetentionTask(rule, clock) for rule in rules]

    async def start(self) -> None:
        """Begin."""
        for followed in self._each:
            await followed.start()

    async def stop(self) -> None:
        """End; calling it twice is harmless."""
        for followed in self._each:
            await followed.stop()


class _RetentionTask(Repeating):
    def __init__(self, rule: RetentionRule, clock: Clock) -> None:
        super().__init__(self._forget, interval=getattr(settings, rule.interval_setting))
        self._rule = rule
        self._clock = clock
        self._outage = Outage(f"database of old {rule.what}", clock)
        self._deleted = 0

    async def _forget(self) -> None:
        self._deleted = 0
        try:
            await self._delete_all()
        except AnyDatabaseError as error:
            self._outage.failed(error)
        except Exception:
            logger.exception("what is old could not be deleted", what=self._rule.what)
        else:
            self._outage.worked()
        if self._deleted:
            logger.info("what was old is deleted", what=self._rule.what, count=self._deleted)

    async def _delete_all(self) -> None:
        batches = self._rule.forget(now_ms=self._clock.now_ms())
        while (count := await database_sync_to_async(_next)(batches)) is not None:
            self._deleted += count
            await asyncio.sleep(_PAUSE_SECONDS)


def _next(batches: Iterator[int]) -> int | None:
    return next(batches, None)

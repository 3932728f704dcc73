"""Deleting what is old now and then, beside the deliveries. Every delivery worker does it; what one deleted is gone."""

import asyncio
from datetime import datetime, timedelta

import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from alerts.deliveries.caps import uses_forget
from alerts.retention.services import firings_forget, notifications_forget
from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.repeating import Repeating

_PAUSE_SECONDS = 0.05
"""Between two batches, in which the deliveries have the database for themselves."""

logger = structlog.get_logger(__name__)


class Forgetting(Repeating):
    """Deletes every `interval` seconds, in batches; a database that is away is asked again the next time."""

    def __init__(self, *, interval: float, clock: Clock) -> None:
        super().__init__(self._forget, interval=interval)
        self._clock = clock
        self._outage = Outage("database of old notifications", clock)

    async def _forget(self) -> None:
        try:
            if (before := self._before(settings.NOTIFICATIONS_KEPT_DAYS)) is not None:
                await self._forget_notifications(before)
            if (before := self._before(settings.ALERTS_FIRINGS_KEPT_DAYS)) is not None:
                await self._forget_firings(before)
            await database_sync_to_async(uses_forget)(now=moment(self._clock.now_ms()))
        except AnyDatabaseError as error:
            self._outage.failed(error)
        else:
            self._outage.worked()

    async def _forget_notifications(self, before: datetime) -> None:
        deleted, last = 0, 0
        while True:
            walked = await database_sync_to_async(notifications_forget)(before=before, after=last)
            deleted += walked.deleted
            if walked.last is None:
                break
            last = walked.last
            await asyncio.sleep(_PAUSE_SECONDS)
        _say("notifications", deleted)

    async def _forget_firings(self, before: datetime) -> None:
        deleted = 0
        while count := await database_sync_to_async(firings_forget)(before=before):
            deleted += count
            await asyncio.sleep(_PAUSE_SECONDS)
        _say("firings", deleted)

    def _before(self, days: int) -> datetime | None:
        """Return from before which moment nothing is kept; None where all is kept for ever."""
        now = moment(self._clock.now_ms())
        return now - timedelta(days=days) if days else None


def _say(what: str, deleted: int) -> None:
    if deleted:
        logger.info("what was old is deleted", what=what, count=deleted)

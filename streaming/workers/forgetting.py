"""Deleting what the apps have declared to be too old. Every gateway does it; what one has deleted is gone."""

import structlog
from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from streaming.workers.repeating import Repeating
from streaming.workers.retention import Forget, forgettable

logger = structlog.get_logger(__name__)


class Forgetting(Repeating):
    """Deletes every `interval` seconds; a database that is away is asked again the next time."""

    def __init__(self, *, interval: float, clock: Clock) -> None:
        super().__init__(self._forget_all, interval=interval)
        self._clock = clock
        self._outages = {what: Outage(f"database of old {what}", clock) for what in forgettable()}

    async def _forget_all(self) -> None:
        for what, forget in forgettable().items():
            await self._forget(what, forget)

    async def _forget(self, what: str, forget: Forget) -> None:
        try:
            count = await database_sync_to_async(forget)(now_ms=self._clock.now_ms())
        except AnyDatabaseError as error:
            self._outages[what].failed(error)
        else:
            self._outages[what].worked()
            if count:
                logger.info("what was old was forgotten", what=what, count=count)

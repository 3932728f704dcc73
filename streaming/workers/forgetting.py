"""Deleting what the apps have declared to be too old. Every gateway does it; what one has deleted is gone."""

from collections.abc import Sequence

import structlog
from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from streaming.workers.repeating import Repeating
from streaming.workers.retention import RetentionRule

logger = structlog.get_logger(__name__)


class Forgetting(Repeating):
    """Deletes every `interval` seconds; a database that is away is asked again the next time."""

    def __init__(self, rules: Sequence[RetentionRule], *, interval: float, clock: Clock) -> None:
        super().__init__(self._forget_all, interval=interval)
        self._clock = clock
        self._rules = [(rule, Outage(f"database of old {rule.what}", clock)) for rule in rules]

    async def _forget_all(self) -> None:
        for rule, outage in self._rules:
            await self._forget(rule, outage)

    async def _forget(self, rule: RetentionRule, outage: Outage) -> None:
        try:
            count = await database_sync_to_async(rule.forget)(now_ms=self._clock.now_ms())
        except AnyDatabaseError as error:
            outage.failed(error)
        else:
            outage.worked()
            if count:
                logger.info("what was old was forgotten", what=rule.what, count=count)

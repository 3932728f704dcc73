"""Deleting the memory of commands that is too old to count. Every gateway does it; what one has deleted is gone."""

import structlog
from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.database_errors import AnyDatabaseError
from streaming.gateway.commands.log import commands_forget
from streaming.gateway.session.repeating import Repeating
from streaming.outage import Outage

logger = structlog.get_logger(__name__)


class Forgetting(Repeating):
    """Deletes every `interval` seconds; a database that is away is asked again the next time."""

    def __init__(self, *, interval: float, clock: Clock) -> None:
        super().__init__(self._forget, interval=interval)
        self._clock = clock
        self._outage = Outage("database of the remembered commands", clock)

    async def _forget(self) -> None:
        try:
            count = await database_sync_to_async(commands_forget)(now_ms=self._clock.now_ms())
        except AnyDatabaseError as error:
            self._outage.failed(error)
        else:
            self._outage.worked()
            if count:
                logger.info("old commands were forgotten", count=count)

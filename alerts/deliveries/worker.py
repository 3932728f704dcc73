"""`run_deliveries`: carries notifications to their users. Any number may run side by side."""

import asyncio

from streaming.clock import Clock, SystemClock
from streaming.hub import Hub
from streaming.process import new_process_id


class DeliveriesWorker:
    """See the module."""

    def __init__(self, hub: Hub, *, clock: Clock | None = None, holder: str | None = None) -> None:
        self._hub = hub
        self._clock = clock or SystemClock()
        self.holder = holder or new_process_id()

    async def run(self) -> None:
        """Deliver until cancelled."""
        await asyncio.Event().wait()

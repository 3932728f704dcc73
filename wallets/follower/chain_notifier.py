"""Publishes what followers have stored: events by the outbox, and to operators, by the system's log, how chains are."""

import asyncio
from collections import deque

from streaming.database.errors import AnyDatabaseError
from streaming.events.system import LogLevel
from streaming.outage import Outage
from streaming.stored_events.outbox_publisher import OutboxPublisher
from streaming.system_log import log_publish
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence
from streaming.workers.waiting import wait_for
from streaming.workers.worker import WorkerContext
from wallets.chain_state import WELL, ChainState
from wallets.declared_workers import WALLETS_WORKER
from wallets.events.outbox import OUTBOX

_LOOK_SECONDS = 1.0
_MOST_LINES = 100


class ChainNotifier:
    """Publishes for the followers of all chains, whoever of them has stored something."""

    def __init__(self, context: WorkerContext, *, fence: Fence | None, epoch: int) -> None:
        self._hub = context.hub
        self._clock = context.clock
        self._database = DatabaseThread("wallets-publisher")
        self._publisher = OutboxPublisher(
            context.hub, self._database, OUTBOX, name=WALLETS_WORKER.name, fence=fence, epoch=epoch, clock=context.clock
        )
        self._woken = asyncio.Event()
        self._lines: deque[tuple[LogLevel, str, str]] = deque(maxlen=_MOST_LINES)
        self._reported: dict[str, str] = {}
        self._outage = Outage("database of the wallets' outbox", context.clock)

    def wake(self) -> None:
        """Have what was stored published."""
        self._woken.set()

    def report(self, chain: str, state: ChainState | None, reason: str) -> None:
        """Have operators told of a chain's state, or what is wrong with a node: the same again isn't told again."""
        message = f"chain {chain} is {state.value}" if state else f"a node of chain {chain} is left"
        message += f": {reason}" if reason else ""
        if self._reported.get(chain) == message:
            return
        self._reported[chain] = message
        self._lines.append((LogLevel.INFO if state in WELL else LogLevel.WARN, f"chain.{chain}", message))
        self._woken.set()

    async def run(self) -> None:
        """Publish until cancelled; raise `LeaseLostError`."""
        try:
            while True:
                self._woken.clear()
                await self._tell()
                await wait_for(self._woken, 0 if self._publisher.has_more else _LOOK_SECONDS)
        finally:
            await self._database.stop()

    async def _tell(self) -> None:
        while self._lines:
            level, source, message = self._lines.popleft()
            await log_publish(self._hub, level=level, source=source, message=message, clock=self._clock)
        try:
            await self._publisher.publish_waiting()
            await self._publisher.delete_published()
        except AnyDatabaseError as error:
            self._outage.failed(error)
        else:
            self._outage.worked()

"""What the whole deployment serves: each gateway tells the others its counts, as a lease."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import msgspec
import structlog

from streaming.clock import Clock
from streaming.gateway.session import Session
from streaming.gateway.sessions import Sessions
from streaming.hub import Hub, Message
from streaming.market.demand import GATEWAYS_GROUP

MESSAGE = "gateway.statistics"
GATHER_SECONDS = 0.05

logger = structlog.get_logger(__name__)


class GatewayCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What one gateway serves: its connections, and the market channels that somebody reads there."""

    process_id: str
    connections: int
    channels: tuple[str, ...]


class CountsTable:
    """The newest counts of each gateway; one that is silent for `lease` seconds has gone. Pure."""

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._counts: dict[str, tuple[GatewayCounts, float]] = {}

    def put(self, counts: GatewayCounts, now: float) -> None:
        """Take a gateway's newest counts, told at `now` (monotonic seconds)."""
        self._counts[counts.process_id] = (counts, now)

    def present(self, now: float) -> list[GatewayCounts]:
        """Return the counts of the gateways that are there."""
        self._counts = {name: entry for name, entry in self._counts.items() if now - entry[1] < self._lease}
        return [counts for counts, _ in self._counts.values()]


class DeploymentStatistics:
    """Keeps account of this process's sessions, and knows what the other gateways told."""

    def __init__(
        self, hub: Hub, sessions: Sessions, process_id: str, clock: Clock, *, interval: float, lease: float
    ) -> None:
        self._hub = hub
        self._sessions = sessions
        self._process_id = process_id
        self._clock = clock
        self._interval = interval
        self._table = CountsTable(lease)
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to listen to the other gateways and to tell them."""
        await self._hub.listen(GATEWAYS_GROUP, MESSAGE, self._hear)
        self._spawn(self._tell_forever())

    async def stop(self) -> None:
        """Tell the others that nothing is served here any more."""
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._tell()

    def changed(self, session: Session) -> None:
        """Take note of a session; the others are told soon, many changes at once."""
        self._sessions.take_note(session)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._tell_soon)

    def gateways(self) -> list[GatewayCounts]:
        """Return the counts of all gateways, this one's as they are now."""
        self._table.put(self._own_counts(), self._clock.monotonic())
        return self._table.present(self._clock.monotonic())

    def _own_counts(self) -> GatewayCounts:
        channels = tuple(sorted(self._sessions.market_channels()))
        return GatewayCounts(process_id=self._process_id, connections=len(self._sessions), channels=channels)

    def _hear(self, message: Message) -> None:
        counts = msgspec.msgpack.decode(message["body"], type=GatewayCounts)
        if counts.process_id != self._process_id:
            self._table.put(counts, self._clock.monotonic())

    def _tell_soon(self) -> None:
        self._timer = None
        self._spawn(self._tell())

    async def _tell_forever(self) -> None:
        while True:
            await self._tell()
            await asyncio.sleep(self._interval)

    async def _tell(self) -> None:
        try:
            await self._hub.send(GATEWAYS_GROUP, {"type": MESSAGE, "body": msgspec.msgpack.encode(self._own_counts())})
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: they are told again
            logger.warning("the other gateways could not be told the counts", reason=repr(error))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

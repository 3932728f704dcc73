"""An upstream that is followed: what it hands on, and what it tells."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

from streaming.clock import SystemClock
from streaming.events import Source
from streaming.market.sources.discovery import source_of
from streaming.market.sources.messages import Received
from streaming.market.upstream.connection_changes import ConnectionChange, ConnectionState
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.upstream import Upstream
from tests.market.conftest import quick_limits
from tests.market.scripted_exchange import ScriptedExchange
from tests.waiting import until

TICKER = "btcusdt@ticker"


class Follower:
    """Listens to an upstream."""

    def __init__(
        self, addresses: tuple[str, ...], limits: ConnectionLimits, handle: Callable[[Received], None] | None = None
    ) -> None:
        self.received: list[Received] = []
        self.changes: list[ConnectionChange] = []
        self.states: list[ConnectionState] = []
        self.interrupted: list[tuple[frozenset[str], str]] = []
        self.restored: list[frozenset[str]] = []
        self.upstream = Upstream(
            source_of(Source.BINANCE),
            addresses,
            handle or self.received.append,
            self._observe,
            self.changes.append,
            interrupted=lambda streams, reason: self.interrupted.append((streams, reason)),
            restored=self.restored.append,
            limits=limits,
            clock=SystemClock(),
            random=Random(1),
        )

    @property
    def story(self) -> list[str]:
        """What happened to the connections, in order."""
        return [change.event.value for change in self.changes]

    def want(self, *streams: str) -> None:
        """Make `streams` the wanted set."""
        self.upstream.want(frozenset(streams))

    async def until_active(self, *streams: str) -> None:
        """Wait until exactly `streams` are acknowledged."""
        await until(lambda: self.upstream.active == tuple(sorted(streams)))

    async def until_connections(self, number: int) -> None:
        """Wait until so many connections were made."""
        await until(lambda: self.upstream.counts.connections >= number)

    def _observe(self) -> None:
        if not self.states or self.states[-1] is not self.upstream.state:
            self.states.append(self.upstream.state)


@asynccontextmanager
async def following(
    *addresses: str,
    wanted: tuple[str, ...] = (TICKER,),
    limits: ConnectionLimits | None = None,
    handle: Callable[[Received], None] | None = None,
) -> AsyncIterator[Follower]:
    """Run an upstream to `addresses` that wants `wanted`; it must not end by itself, and leaves no task behind."""
    before = asyncio.all_tasks()
    follower = Follower(addresses, limits or quick_limits(), handle)
    follower.want(*wanted)
    running = asyncio.create_task(follower.upstream.run())
    try:
        yield follower
        assert not running.done(), running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    ours = {task for task in asyncio.all_tasks() - before if "/streaming/market/" in str(task.get_coro())}
    assert not ours


@asynccontextmanager
async def connected(
    *exchanges: ScriptedExchange,
    wanted: tuple[str, ...] = (TICKER,),
    limits: ConnectionLimits | None = None,
    handle: Callable[[Received], None] | None = None,
) -> AsyncIterator[Follower]:
    """Follow an upstream to scripted exchanges."""
    addresses = [exchange.stream_url for exchange in exchanges]
    async with following(*addresses, wanted=wanted, limits=limits, handle=handle) as follower:
        yield follower

"""A gateway and a bridge beside it, in this process, that follow a simulated exchange: what clients of ours see."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.settings import BridgeSettings
from streaming.simulator.server import SimulatedExchange
from tests.exchange_rules.bridge.bridging import settings_for
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import Client, connected


class Followed:
    """A gateway that serves what a bridge publishes."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving

    def client(self) -> AbstractAsyncContextManager[Client]:
        """Connect a client."""
        return connected(self.serving.socket_url, max_queue=None, compression=None)


@asynccontextmanager
async def following_gateway(
    exchange: SimulatedExchange, settings: BridgeSettings | None = None, *, waits_for_symbols: bool = True
) -> AsyncIterator[Followed]:
    """Serve, with a bridge to the exchange on the same hub, until the end of the `async with`."""
    settings = settings or settings_for(exchange)
    async with serving(with_symbols=False) as served:
        runtime = served.runtime
        bridge = Bridge(runtime.hub, last_values=runtime.last_values, exchange=settings, epoch=1)
        running = asyncio.create_task(bridge.run())
        try:
            if waits_for_symbols:
                await until(lambda: runtime.symbols.known)
            yield Followed(served)
            assert not running.done(), running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

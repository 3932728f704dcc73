"""The demo: the platform with all its workers in one process and one event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx2
import msgspec
import websockets
from django.conf import settings

from streaming.events import Source
from streaming.gateway.runtime import current_runtime
from streaming.gateway.serve import serve
from streaming.market.bridge import Bridge, exchange_settings
from streaming.simulator.server import SimulatedExchange

REACH_SECONDS = 5.0
Say = Callable[[str, str], None]


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the demo was asked for: `simulator` doesn't even try to reach the real exchange."""

    simulator: bool = False
    seed: int = 1


async def exchange_is_reachable() -> bool:
    """Return whether the exchange's REST and streams both answer within `REACH_SECONDS`."""
    try:
        async with asyncio.timeout(REACH_SECONDS), httpx2.AsyncClient() as client:
            (await client.get(f"{settings.EXCHANGE_REST_URL}/api/v3/ping")).raise_for_status()
            async with websockets.connect(f"{settings.EXCHANGE_STREAM_URLS[0]}/stream"):
                return True
    except (httpx2.HTTPError, websockets.WebSocketException, OSError, TimeoutError):
        return False


async def run_demo(listener: socket.socket, options: DemoOptions, say: Say, announce: Callable[[], None]) -> None:
    """Run exchange, bridge and gateway until SIGINT or SIGTERM; `announce` is called when they start."""
    async with _exchange(options, say):
        announce()
        bridge = asyncio.create_task(_run_bridge())
        serving = asyncio.create_task(serve(listener))
        ended, running = await asyncio.wait([bridge, serving], return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for task in ended:
            task.result()  # a part that failed ends the demo, and says why


@asynccontextmanager
async def _exchange(options: DemoOptions, say: Say) -> AsyncIterator[None]:
    """Choose the exchange, and run the simulator where it is the one."""
    if not options.simulator:
        say("exchange", f"trying to reach Binance, for at most {REACH_SECONDS:g} s")
    if not options.simulator and await exchange_is_reachable():
        say("exchange", f"Binance, live: {settings.EXCHANGE_STREAM_URLS[0]}")
        yield
        return
    exchange = SimulatedExchange(seed=options.seed)
    await exchange.start()
    settings.EXCHANGE_SOURCE = Source.SIMULATOR.value
    settings.EXCHANGE_REST_URL = exchange.rest_url
    settings.EXCHANGE_STREAM_URLS = [exchange.stream_url]
    reason = "as asked" if options.simulator else f"Binance did not answer within {REACH_SECONDS:g} s"
    say("exchange", f"the simulator ({reason}): {exchange.rest_url}; its prices are not real")
    try:
        yield
    finally:
        await exchange.stop()


async def _run_bridge() -> None:
    """Bridge for this process. On the memory layer nobody else can, so no other demo's lease may keep it waiting."""
    runtime = await current_runtime()
    epoch = None if settings.REDIS_URL else runtime.clock.now_ms()
    await Bridge(runtime.hub, last_values=runtime.last_values, exchange=exchange_settings(), epoch=epoch).run()

"""Further simulated exchanges, and their bridges, in the process of the demo: what prices are combined of."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec
from django.conf import settings

from streaming.clock import SystemClock
from streaming.configuration.setting_fields import settings_instead
from streaming.events import Source
from streaming.gateway.runtime import current_runtime
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.declared_workers import further_bridge
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.sources.further_settings import further_settings
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.coinbase.settings import CoinbaseSettings
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.server import SimulatedExchange
from streaming.workers.process import new_process_id

_SYMBOLS = ["BTC-USD", "ETH-USD"]


class FurtherMarket(msgspec.Struct, frozen=True):
    """An exchange that is read beside the deployment's own, and where it answers."""

    source: Source
    address: str


def prices_are_combined() -> bool:
    """Return whether the demo combines prices on simulated data: unless `COMBINED_SYMBOLS` is set to nothing."""
    return os.environ.get("COMBINED_SYMBOLS") != ""


@asynccontextmanager
async def simulated_further_markets(
    exchange: SimulatedExchange, *, control: bool
) -> AsyncIterator[tuple[FurtherMarket, ...]]:
    """Run a simulated Kraken and Coinbase over the market of `exchange`, and have the settings name them.

    None where no prices are to be combined.
    """
    if not prices_are_combined():
        yield ()
        return
    following = {
        Source.KRAKEN: SimulatedKraken(exchange, settings=FollowingSettings(control=control)),
        Source.COINBASE: SimulatedCoinbase(exchange, settings=CoinbaseSettings(control=control)),
    }
    async with AsyncExitStack() as running:
        for one in following.values():
            await one.start()
            running.push_async_callback(one.stop)
        settings.EXCHANGE_FURTHER_SOURCES = [source.value for source in following]
        if "COMBINED_SYMBOLS" not in os.environ:
            settings.COMBINED_SYMBOLS = _SYMBOLS
        yield tuple(FurtherMarket(source, one.address) for source, one in following.items())


def start_further_bridges(markets: Iterable[FurtherMarket]) -> list[asyncio.Task[None]]:
    """Begin to read further markets; a task is called by its worker's title."""
    loop = asyncio.get_running_loop()
    return [loop.create_task(_read(market), name=further_bridge(market.source).title) for market in markets]


async def _read(market: FurtherMarket) -> None:
    runtime = await current_runtime()
    with settings_instead(_settings_of(market)):
        exchange = BridgeSettings(is_further=True)
    maximum_age = settings.LAST_VALUE_MAXIMUM_AGE_SECONDS
    bridge = Bridge(
        runtime.hub,
        last_values=MemoryLastValues(maximum_age=maximum_age, clock=SystemClock()),  # no other process takes over
        exchange=exchange,
        clock=runtime.clock,
        epoch=runtime.clock.now_ms(),
        holder=new_process_id(),
    )
    await bridge.run()


def _settings_of(market: FurtherMarket) -> Mapping[str, Any]:
    return {
        **further_settings(market.source.value),
        "EXCHANGE_STREAM_URLS": [f"ws://{market.address}"],
        "EXCHANGE_REST_URL": f"http://{market.address}",
    }

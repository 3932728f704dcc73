"""A bridge whose connection to the simulated exchange has gaps, and who reads it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from streaming.clock import Clock
from streaming.events import Event, Resync, Trades
from streaming.fan_out.hub import Hub
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.market.conftest import quick_settings
from tests.market.scripted_exchange import ScriptedExchange

TRADES = Topic(MarketKind.TRADE, "BTCUSDT")

QUICK = GapLimits(reorder=0.1, quiet=0.2, retry=0.1, retry_maximum=0.2, candle_settle=0.1, look=0.02)


@asynccontextmanager
async def bridging(
    hub: Hub, last_values: MemoryLastValues, settings: BridgeSettings, *, epoch: int = 1, clock: Clock | None = None
) -> AsyncIterator[None]:
    """Run a bridge; in the end it is gone without a word to anybody."""
    running = asyncio.create_task(
        Bridge(hub, last_values=last_values, exchange=settings, epoch=epoch, clock=clock).run()
    )
    try:
        yield
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def settings_for(
    exchange: ScriptedExchange | SimulatedExchange, base: ScriptedExchange, **changes: object
) -> BridgeSettings:
    """Return quick settings that name an exchange."""
    named = msgspec.structs.replace(
        quick_settings(base), stream_urls=(exchange.stream_url,), rest_url=exchange.rest_url, gaps=QUICK
    )
    return msgspec.structs.replace(named, **changes)


def ids_of(events: list[Event]) -> list[int]:
    """Return the ids of all trades."""
    return [trade.trade_id for event in events if isinstance(event, Trades) for trade in event.trades]


def gaps(events: list[Event]) -> list[bool]:
    """Return whether each gap that was told is complete."""
    return [event.complete for event in events if isinstance(event, Resync)]

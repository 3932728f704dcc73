"""Three simulated exchanges, a bridge of each, and the worker: one of the exchanges lies."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from streaming.clock import SystemClock
from streaming.events import CombinedPrice, LeftOut, Source
from streaming.fan_out.hub import Hub
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.combined.settings import CombiningSettings
from streaming.market.combined.symbols import combined_markets
from streaming.market.combined.topics import combined_price_topic
from streaming.market.combined.worker import CombiningWorker
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.following.exchange import FollowingExchange
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.market.instruments import INSTRUMENTS, STABLECOIN
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.settings import ExchangeSettings
from tests.market.conftest import quick_limits
from tests.market.topic_reading import reading
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

SOURCES = (Source.SIMULATOR, Source.KRAKEN, Source.COINBASE)


def settings_of(source: Source, exchange: SimulatedExchange | FollowingExchange) -> BridgeSettings:
    return BridgeSettings(
        source=source,
        is_further=source is not Source.SIMULATOR,
        stream_urls=(f"ws://{exchange.address}",),
        rest_url=exchange.rest_url,
        connection=quick_limits(),
    )


@pytest.fixture
async def exchanges() -> AsyncIterator[dict[Source, SimulatedExchange | FollowingExchange]]:
    """Run three, of which Kraken tells prices that are 5 % above the others'."""
    own = SimulatedExchange(settings=ExchangeSettings(instruments=(INSTRUMENTS[0], STABLECOIN)))
    await own.start()
    kraken = SimulatedKraken(own, settings=FollowingSettings(premium=50_000))
    coinbase = SimulatedCoinbase(own)
    for one in (kraken, coinbase):
        await one.start()
    yield {Source.SIMULATOR: own, Source.KRAKEN: kraken, Source.COINBASE: coinbase}
    for each in (coinbase, kraken, own):
        await each.stop()


async def test_one_that_is_shifted_by_five_per_cent_moves_the_price_not_at_all(
    hub: Hub, last_values: MemoryLastValues, exchanges: dict[Source, SimulatedExchange | FollowingExchange]
) -> None:
    markets = combined_markets(["BTC-USD"], ["USDT-USD=USDT-USD@coinbase"], sources=SOURCES)
    combining = msgspec.structs.replace(CombiningSettings(markets=markets), own_source=Source.SIMULATOR)
    clock = SystemClock()
    caches = {source: MemoryLastValues(maximum_age=5.0, clock=clock) for source in SOURCES}
    bridges = [
        Bridge(hub, last_values=caches[source], exchange=settings_of(source, exchange), epoch=1)
        for source, exchange in exchanges.items()
    ]
    worker = CombiningWorker(hub, last_values=last_values, settings=combining, clock=clock, holder="one", epoch=1)
    told = await reading(hub, combined_price_topic("BTC-USD"))
    demand = DemandPublisher(hub, process_id="worker", interval=0.1, gather=0.01)
    running = [asyncio.create_task(work) for work in (*(bridge.run() for bridge in bridges), worker.run())]
    try:
        await demand.start()
        await until(lambda: told and isinstance(told[-1], CombinedPrice) and len(told[-1].sources) == len(SOURCES))
        price = told[-1]
    finally:
        await demand.stop()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    assert isinstance(price, CombinedPrice)
    sources = {one.name: one for one in price.sources}
    assert {name: one.used for name, one in sources.items()} == {"simulator": True, "kraken": False, "coinbase": True}
    assert sources["kraken"].reason is LeftOut.OUTLIER
    honest = [one.price for one in price.sources if one.used and one.price is not None]
    assert min(honest) <= price.price <= max(honest)

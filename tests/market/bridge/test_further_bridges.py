"""Two markets at once: the deployment's own, and a further one, each by a bridge in a slot of its own."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from streaming import events
from streaming.clock import SystemClock
from streaming.events import Source
from streaming.events.system import ExchangeNews, LogLine
from streaming.fan_out.hub import Hub
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.slots import BRIDGE_SLOT, slot_of
from streaming.market.bridge.status import BridgeState
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.bridge.stream_reports import StreamReportTable
from streaming.market.models import Symbol
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.models import Lease
from streaming.topics.topic import MarketKind, Topic
from tests.group_envelopes import envelopes_of
from tests.market import frames
from tests.market.conftest import quick_settings
from tests.market.failing_layer import FailingLayer
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.sources.kraken import kraken_frames
from tests.market.sources.kraken.scripted_kraken import ScriptedKraken
from tests.market.topic_reading import reading
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

OWN = Topic(MarketKind.PRICE, "BTCUSDT")
FURTHER = Topic(MarketKind.PRICE, "BTC/USD", source=Source.KRAKEN)
KRAKEN_SLOT = slot_of(Source.KRAKEN)


@pytest.fixture
async def kraken() -> AsyncIterator[ScriptedKraken]:
    """Run a Kraken that lists two pairs."""
    scripted = ScriptedKraken()
    await scripted.start()
    beating = asyncio.create_task(scripted.keep_beating())
    yield scripted
    beating.cancel()
    await scripted.stop()


@pytest.fixture
async def statuses(hub: Hub) -> BridgeStatusTable:
    """Return what a gateway has heard of the bridges."""
    table = BridgeStatusTable()
    await table.start(hub)
    return table


@pytest.fixture
async def reports(hub: Hub) -> StreamReportTable:
    """Return what a gateway has heard of the bridges' streams."""
    table = StreamReportTable()
    await table.start(hub)
    return table


@pytest.fixture(autouse=True)
async def bridges(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, kraken: ScriptedKraken
) -> AsyncIterator[None]:
    """Run the bridges of both markets, and tell them what the hub's process wants."""
    further = msgspec.structs.replace(quick_settings(kraken), source=Source.KRAKEN, is_further=True)
    of_further = MemoryLastValues(maximum_age=5.0, clock=SystemClock())
    running = [
        asyncio.create_task(Bridge(hub, last_values=values, exchange=settings).run())
        for values, settings in ((last_values, quick_settings(exchange)), (of_further, further))
    ]
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await demand.start()
    yield
    await demand.stop()
    assert not any(task.done() for task in running)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_each_serves_its_own_topics_and_asks_its_exchange_for_no_others(
    hub: Hub, exchange: ScriptedExchange, kraken: ScriptedKraken
) -> None:
    own, further = await reading(hub, OWN), await reading(hub, FURTHER)
    await until(lambda: exchange.subscribed and kraken.subscribed)
    await exchange.send("btcusdt@ticker", frames.ticker(price="0.12"))
    await kraken.tell("BTC/USD@ticker", kraken_frames.ticker(last="45284.10"))
    await until(lambda: own and further)
    assert [(event.source, str(event.price)) for event in (own[0], further[0]) if isinstance(event, events.Price)] == [
        (Source.SIMULATOR, "0.12"),
        (Source.KRAKEN, "45284.10"),
    ]
    assert (exchange.subscribed, kraken.subscribed) == ({"btcusdt@ticker"}, {"BTC/USD@ticker"})


async def test_each_has_a_lease_a_state_and_reports_of_its_own(
    statuses: BridgeStatusTable, reports: StreamReportTable, hub: Hub, kraken: ScriptedKraken
) -> None:
    await reading(hub, FURTHER)
    await until(lambda: statuses.current() and statuses.current(KRAKEN_SLOT))
    assert {row.name async for row in Lease.objects.exclude(holder="")} == {BRIDGE_SLOT, KRAKEN_SLOT}
    await until(lambda: [one.active_streams for one in statuses.further] == [("BTC/USD@ticker",)])
    await until(lambda: (told := reports.current(KRAKEN_SLOT)) and told.streams)
    own, of_streams = statuses.current(), reports.current()
    assert own is not None
    assert (own.source, own.active_streams) == (Source.SIMULATOR, ())
    assert of_streams is None or not of_streams.streams


async def test_what_befalls_a_further_market_is_its_own_affair(
    hub: Hub, layer: FailingLayer, statuses: BridgeStatusTable, exchange: ScriptedExchange, kraken: ScriptedKraken
) -> None:
    own, further = await reading(hub, OWN), await reading(hub, FURTHER)
    await until(lambda: exchange.subscribed and kraken.subscribed)
    async with envelopes_of(layer, "s.exchange", "s.log.all") as envelopes:
        await kraken.stop()
        await until(lambda: statuses.further[0].state is BridgeState.RECONNECTING)
        await exchange.send("btcusdt@ticker", frames.ticker(price="0.12"))
        await until(lambda: own)
        lines = [one.event for one in envelopes if isinstance(one.event, LogLine)]
        await until(lambda: any(isinstance(one.event, LogLine) for one in envelopes))
        assert not any(isinstance(one.event, ExchangeNews) for one in envelopes)
        assert {line.source for line in lines} <= {KRAKEN_SLOT}
    of_own = statuses.current()
    assert of_own is not None
    assert of_own.state is not BridgeState.RECONNECTING
    assert not further


async def test_only_the_symbols_of_the_deployments_own_market_are_stored(statuses: BridgeStatusTable) -> None:
    await until(lambda: (status := statuses.current()) and status.symbols_known and statuses.further)
    assert {name async for name in Symbol.objects.values_list("name", flat=True)} == {"BTCUSDT", "ETHUSDT", "SOLUSDT"}
    assert not statuses.further[0].symbols_known

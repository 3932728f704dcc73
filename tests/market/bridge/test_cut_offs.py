"""What Redis lost for one process, or for the bridge, comes again, without anything new of the exchange."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from streaming import events
from streaming.events import Event, Resync
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.channel_layer import RECONNECTED_MESSAGE
from streaming.layer.groups import BRIDGE_GROUP
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.topics.topic import MarketKind, Topic
from tests.market import frames
from tests.market.conftest import quick_settings
from tests.market.failing_layer import FailingLayer
from tests.market.scripted_exchange import ScriptedExchange
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

PRICE = Topic(MarketKind.PRICE, "BTCUSDT")
TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
LEASE_SECONDS = 0.3


class Reader:
    """A process that reads trades and prices, and tells the bridge so only when something changes."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.trades: list[Event] = []
        self.prices: list[Event] = []

    async def read(self) -> None:
        """Begin to read."""
        for topic, received in ((TRADES, self.trades), (PRICE, self.prices)):
            (await self.hub.acquire(topic)).add_callback(received.append)

    @property
    def ids(self) -> list[int]:
        """The trades that came."""
        return [trade.trade_id for event in self.trades if isinstance(event, events.Trades) for trade in event.trades]


@asynccontextmanager
async def reading(layer: FailingLayer, name: str) -> AsyncIterator[Reader]:
    """Run a reader's process."""
    hub = Hub(layer, topic_registry(), linger=0.0)
    await hub.start()
    reader, demand = Reader(hub), DemandPublisher(hub, process_id=name, interval=60.0, gather=0.01)
    await reader.read()
    await demand.start()
    yield reader
    await demand.stop()
    await hub.stop()


@pytest.fixture
async def reader(layer: FailingLayer) -> AsyncIterator[Reader]:
    """Run the one that is cut off."""
    async with reading(layer, "cut off") as one:
        yield one


@pytest.fixture
async def witness(layer: FailingLayer, reader: Reader) -> AsyncIterator[Reader]:
    """Run one that isn't."""
    async with reading(layer, "witness") as one:
        yield one


@pytest.fixture
async def exchange_heard(
    hub: Hub, exchange: ScriptedExchange, last_values: MemoryLastValues, witness: Reader
) -> AsyncIterator[ScriptedExchange]:
    """Run the bridge of all, and return the exchange that it hears."""
    async with bridging(hub, exchange, last_values, demand_lease=60.0):
        yield exchange


@asynccontextmanager
async def bridging(
    hub: Hub, exchange: ScriptedExchange, last_values: MemoryLastValues, *, demand_lease: float
) -> AsyncIterator[None]:
    """Run a bridge that a reader's word is enough for so long."""
    settings = msgspec.structs.replace(quick_settings(exchange), demand_lease=demand_lease)
    bridge = asyncio.create_task(Bridge(hub, last_values=last_values, exchange=settings, epoch=1).run())
    await until(lambda: {"btcusdt@trade", "btcusdt@ticker"} <= exchange.subscribed)
    yield
    assert not bridge.done()
    bridge.cancel()
    await asyncio.gather(bridge, return_exceptions=True)


@asynccontextmanager
async def cut_off(layer: FailingLayer, channel: str) -> AsyncIterator[None]:
    """Let nothing reach a channel, and then say so to it, as the layer over Redis does."""
    groups = [group for group, members in layer.groups.items() if channel in members]
    for group in groups:
        await layer.group_discard(group, channel)
    yield
    for group in groups:
        await layer.group_add(group, channel)
    await layer.send(channel, {"type": RECONNECTED_MESSAGE, "since": 1000})


def channel_of(layer: FailingLayer, group: str, index: int = 0) -> str:
    """Return the channel of a group's member, by the order in which they joined."""
    return list(layer.groups[group])[index]


async def trade(exchange: ScriptedExchange, witness: Reader, *trade_ids: int) -> None:
    """Let trades happen, and wait for each until the witness has heard of it."""
    for trade_id in trade_ids:
        await exchange.send("btcusdt@trade", frames.trade(trade_id=trade_id))
        await until(lambda trade_id=trade_id: trade_id in witness.ids)  # type: ignore[misc]


async def test_a_reader_hears_that_trades_were_lost_though_none_follows(
    layer: FailingLayer, reader: Reader, witness: Reader, exchange_heard: ScriptedExchange
) -> None:
    await trade(exchange_heard, witness, 1)
    async with cut_off(layer, channel_of(layer, TRADES.key)):
        await trade(exchange_heard, witness, 2, 3, 4)
    await until(lambda: reader.ids == [1, 4])
    (told,) = (event for event in reader.trades if isinstance(event, Resync))
    assert not told.complete
    assert witness.ids == [1, 2, 3, 4]
    assert not any(isinstance(event, Resync) for event in witness.trades)


async def test_a_reader_gets_the_newest_price_though_none_follows(
    layer: FailingLayer, reader: Reader, witness: Reader, exchange_heard: ScriptedExchange
) -> None:
    await exchange_heard.send("btcusdt@ticker", frames.ticker(price="1"))
    await until(lambda: reader.prices)
    async with cut_off(layer, channel_of(layer, TRADES.key)):
        await exchange_heard.send("btcusdt@ticker", frames.ticker(price="2"))
        await until(lambda: len(witness.prices) == 2)
    await until(lambda: len(reader.prices) == 2)
    newest = reader.prices[-1]
    assert isinstance(newest, events.Price)
    assert newest.price == 2
    assert len(witness.prices) == 2


async def test_a_reader_hears_of_it_who_asked_while_the_bridge_was_cut_off_too(
    layer: FailingLayer, reader: Reader, witness: Reader, exchange_heard: ScriptedExchange
) -> None:
    await trade(exchange_heard, witness, 1)
    async with cut_off(layer, channel_of(layer, BRIDGE_GROUP)):
        async with cut_off(layer, channel_of(layer, TRADES.key)):
            await trade(exchange_heard, witness, 2, 3)
        await until(lambda: layer.is_empty)
        assert reader.ids == [1]
    await until(lambda: reader.ids == [1, 3])


async def test_a_bridge_that_hears_nobody_goes_on_with_what_was_wanted(
    layer: FailingLayer, hub: Hub, exchange: ScriptedExchange, last_values: MemoryLastValues, witness: Reader
) -> None:
    async with bridging(hub, exchange, last_values, demand_lease=LEASE_SECONDS):
        loop, trade_id = asyncio.get_running_loop(), 0
        async with cut_off(layer, channel_of(layer, BRIDGE_GROUP)):
            until_expired = loop.time() + 3 * LEASE_SECONDS
            while loop.time() < until_expired:
                trade_id += 1
                await trade(exchange, witness, trade_id)
                await asyncio.sleep(LEASE_SECONDS / 10)
        assert exchange.methods("UNSUBSCRIBE") == []
        await until(lambda: exchange.subscribed == set())  # heard again, a silence of readers counts

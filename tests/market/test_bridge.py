"""The bridge over real sockets: from a frame of the exchange to a callback of the hub."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from streaming import events
from streaming.events import Event
from streaming.hub import Hub
from streaming.market.bridge import Bridge
from streaming.market.demand import DemandPublisher
from streaming.market.last_values import MemoryLastValues
from streaming.topics import Kind, Topic
from tests.market import frames
from tests.market.conftest import quick_settings
from tests.market.scripted_exchange import ScriptedExchange
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

PRICE = Topic(Kind.PRICE, "BTCUSDT")
TICKER = Topic(Kind.TICKER, "BTCUSDT")


@asynccontextmanager
async def bridging(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, *, epoch: int | None = 1
) -> AsyncIterator[Bridge]:
    """Run a bridge, and a publisher of what the hub's process wants."""
    bridge = Bridge(hub, last_values=last_values, exchange=quick_settings(exchange), epoch=epoch)
    running = asyncio.create_task(bridge.run())
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await demand.start()
    try:
        yield bridge
        assert not running.done()
    finally:
        await demand.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def reading(hub: Hub, topic: Topic) -> list[Event]:
    """Return the list that the topic's events are added to."""
    received: list[Event] = []
    (await hub.acquire(topic)).add_callback(received.append)
    return received


async def test_it_carries_the_digits_of_the_exchange_to_the_last_one(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange
) -> None:
    async with bridging(hub, last_values, exchange):
        prices, tickers = await reading(hub, PRICE), await reading(hub, TICKER)
        await until(lambda: "btcusdt@ticker" in exchange.subscribed)
        await exchange.send("btcusdt@ticker", frames.ticker(price="0.12345678901234567890"))
        await until(lambda: prices and tickers)
    price, ticker = prices[0], tickers[0]
    assert isinstance(price, events.Price)
    assert isinstance(ticker, events.Ticker)
    assert str(price.price) == str(ticker.price) == "0.12345678901234567890"
    assert str(price.volume) == "12345.67800000"
    assert price.simulated
    assert exchange.methods("SUBSCRIBE") == [["btcusdt@ticker"]]
    assert exchange.paths == ["/stream"]

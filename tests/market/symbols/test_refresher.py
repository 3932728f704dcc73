"""Keeping the symbols current from the exchange's REST interface."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest
from asgiref.sync import sync_to_async

from streaming.clock import SystemClock
from streaming.events import Source
from streaming.fan_out.hub import Hub
from streaming.market.models import UNLISTED, Symbol
from streaming.market.publishing.sender import Sender
from streaming.market.sources.binance.rest import BinanceRest
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from streaming.market.symbols.directory import SymbolDirectory
from streaming.market.symbols.refresher import SymbolRefresher
from tests.databases.lost_connection import lost_connections
from tests.market import frames
from tests.market.conftest import EXCHANGE_INFO
from tests.market.failing_layer import FailingLayer
from tests.market.scripted_exchange import ScriptedExchange
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


@asynccontextmanager
async def feeding(hub: Hub, exchange: ScriptedExchange, *, refresh: float = 60.0) -> AsyncIterator[SymbolRefresher]:
    """Run a feed of the exchange's symbols."""
    budget = WeightBudget(100_000, SystemClock(), reserved=100_000)  # the rest was spent on history
    feed = SymbolRefresher(
        Sender(hub, SystemClock()),
        BinanceRest(ExchangeRest(exchange.rest_url, timeout=2.0, budget=budget)),
        lambda: None,
        source=Source.SIMULATOR,
        refresh=refresh,
        retry=0.02,
        clock=SystemClock(),
        random=Random(1),
    )
    running = asyncio.create_task(feed.run())
    try:
        yield feed
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@sync_to_async
def statuses() -> dict[str, str]:
    """Return the status of every symbol."""
    return dict(Symbol.objects.values_list("name", "status"))


async def test_it_stores_symbols_and_tells_every_process(hub: Hub, exchange: ScriptedExchange) -> None:
    directory = SymbolDirectory(hub)
    await directory.start()
    async with feeding(hub, exchange) as feed:
        assert await directory.wait_until_known(10)
        await until(lambda: feed.known)
    assert directory.is_trading("BTCUSDT")
    assert await statuses() == {"BTCUSDT": "TRADING", "ETHUSDT": "TRADING", "SOLUSDT": "TRADING"}
    await directory.stop()


async def test_it_tells_every_process_as_soon_as_the_layer_is_back(
    hub: Hub, layer: FailingLayer, exchange: ScriptedExchange
) -> None:
    directory = SymbolDirectory(hub)
    await directory.start()
    layer.is_away = True
    async with feeding(hub, exchange) as feed:
        await until(lambda: feed.known and layer.refused > 2)
        assert not directory.known
        layer.is_away = False
        assert await directory.wait_until_known(10)
    await directory.stop()


async def test_it_fetches_again_and_again(hub: Hub, exchange: ScriptedExchange) -> None:
    directory = SymbolDirectory(hub)
    await directory.start()
    async with feeding(hub, exchange, refresh=0.05):
        await until(lambda: directory.is_trading("ETHUSDT"))
        exchange.rest[EXCHANGE_INFO] = (200, json.dumps(frames.exchange_info("BTCUSDT")), {})
        await until(lambda: directory.find("ETHUSDT") is None)
    assert (await statuses())["ETHUSDT"] == UNLISTED
    await directory.stop()


@pytest.mark.parametrize(
    "bad",
    [
        (200, "<html>", {}),
        (200, '{"symbols":[]}', {}),
        (200, '{"symbols":[7]}', {}),
        (200, "{}", {}),
        (500, "", {}),
        (403, "", {}),
    ],
)
async def test_it_changes_nothing_and_tries_again_where_there_are_no_symbols(
    hub: Hub, exchange: ScriptedExchange, bad: tuple[int, str, dict[str, str]]
) -> None:
    async with feeding(hub, exchange, refresh=0.05) as feed:
        await until(lambda: feed.known)
        known = await statuses()
        exchange.rest[EXCHANGE_INFO] = bad
        asked = len(exchange.rest_requests)
        await until(lambda: len(exchange.rest_requests) >= asked + 2)
        assert await statuses() == known
        exchange.rest[EXCHANGE_INFO] = (200, json.dumps(frames.exchange_info("NEWUSDT")), {})
        directory = SymbolDirectory(hub)
        await directory.start()
        await until(lambda: directory.is_trading("NEWUSDT"))
        await directory.stop()


async def test_it_tries_again_where_the_connection_to_the_database_is_lost(
    hub: Hub, exchange: ScriptedExchange
) -> None:
    with lost_connections() as lost:
        async with feeding(hub, exchange) as feed:
            await until(lambda: lost.failures > 1)
            lost.word = None
            await until(lambda: feed.known)
    assert (await statuses())["BTCUSDT"] == "TRADING"


async def test_it_waits_as_long_as_a_busy_exchange_asks(hub: Hub, exchange: ScriptedExchange) -> None:
    good = exchange.rest[EXCHANGE_INFO]
    exchange.rest[EXCHANGE_INFO] = (429, "", {"Retry-After": "1"})
    loop = asyncio.get_running_loop()
    async with feeding(hub, exchange) as feed:
        await until(lambda: exchange.rest_requests)
        began = loop.time()
        exchange.rest[EXCHANGE_INFO] = good
        await until(lambda: feed.known)
        assert loop.time() - began > 0.9
    assert len(exchange.rest_requests) == 2

"""Whether the exchange can be reached: over any of its addresses."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pytest_django import Settings

from config.single_process.reachability import reachable_stream_url
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.server import SimulatedExchange
from tests.market.raw_server import raw_server
from tests.market.scripted_exchange import ScriptedExchange

NOBODY = "127.0.0.1:9"
SECONDS = 5.0


@pytest.fixture
async def exchange(settings: Settings) -> AsyncIterator[ScriptedExchange]:
    """Run an exchange; all addresses that the settings name are dead but its own, which come last."""
    scripted = ScriptedExchange()
    scripted.rest["/api/v3/time"] = (200, '{"serverTime":1}', {})
    await scripted.start()
    settings.EXCHANGE_REST_URL = f"http://{NOBODY}"
    settings.EXCHANGE_REST_FALLBACK_URLS = [scripted.rest_url]
    settings.EXCHANGE_STREAM_URLS = [f"ws://{NOBODY}", scripted.stream_url]
    yield scripted
    await scripted.stop()


async def test_it_is_reached_where_any_address_of_streams_and_of_rest_answers(exchange: ScriptedExchange) -> None:
    assert await reachable_stream_url(SECONDS) == exchange.stream_url


async def test_it_is_not_reached_where_streams_are_refused(exchange: ScriptedExchange) -> None:
    exchange.handshake = (451, {})
    assert await reachable_stream_url(SECONDS) is None


async def test_it_is_not_reached_where_rest_is_refused(exchange: ScriptedExchange) -> None:
    exchange.rest["/api/v3/time"] = (451, "{}", {})
    assert await reachable_stream_url(SECONDS) is None


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take a connection, and never answer."""
    await asyncio.Event().wait()


async def test_kraken_is_asked_by_its_own_wire(settings: Settings) -> None:
    exchange = SimulatedExchange(seed=1)
    kraken = SimulatedKraken(exchange)
    await exchange.start()
    await kraken.start()
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_REST_URL = "kraken", kraken.rest_url
    settings.EXCHANGE_STREAM_URLS = [f"ws://{kraken.address}"]
    try:
        assert await reachable_stream_url(SECONDS) == f"ws://{kraken.address}"
    finally:
        await kraken.stop()
        await exchange.stop()


@pytest.mark.usefixtures("exchange")
async def test_it_waits_no_longer_than_it_was_told_for_one_that_says_nothing(settings: Settings) -> None:
    async with raw_server(say_nothing) as address:
        settings.EXCHANGE_STREAM_URLS = [f"ws://{address}"]
        assert await reachable_stream_url(0.2) is None


async def test_one_that_says_nothing_keeps_nobody_from_another(exchange: ScriptedExchange, settings: Settings) -> None:
    async with raw_server(say_nothing) as address:
        settings.EXCHANGE_STREAM_URLS = [f"ws://{address}", exchange.stream_url]
        assert await reachable_stream_url(SECONDS) == exchange.stream_url

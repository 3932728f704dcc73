"""History over REST, from the real simulator: once it was read, it is there without an exchange."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from pytest_django import Settings

from streaming.clock import SystemClock
from streaming.events import Interval, Source
from streaming.events.intervals import close_time_of, next_open_time, open_time_at
from streaming.market.sources.rest.client import rest_from_settings
from streaming.market.stored_candles import missing_ranges
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.market.symbols.stored_symbols import store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

HISTORY = "/api/v1/market/history/"


@pytest.fixture
async def simulator(settings: Settings) -> AsyncIterator[SimulatedExchange]:
    """Run the simulated exchange as that of the settings; it lists BTCUSDT."""
    exchange = SimulatedExchange(settings=ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1]))
    await exchange.start()
    settings.EXCHANGE_SOURCE = "simulator"
    settings.EXCHANGE_REST_URL = exchange.rest_url
    settings.HISTORY_CACHE_SECONDS = 0.0
    await store("BTCUSDT")
    yield exchange
    await exchange.stop()


async def candles(client: AsyncClient, **given: str | int) -> list[list[Any]]:
    """Return the candles of an answer, numbers exact."""
    response = await client.get(HISTORY, {"symbol": "BTCUSDT", **given})
    assert response.status_code == 200, response.content
    found: list[list[Any]] = json.loads(response.content, parse_float=Decimal)["candles"]
    return found


async def of_exchange(**given: str | int) -> list[list[Any]]:
    """Return what the exchange itself answers, in the columns that we tell."""
    body = await rest_from_settings().get("/api/v3/klines", {"symbol": "BTCUSDT", **given}, weight=2)
    return [[row[0], *map(Decimal, row[1:6])] for row in json.loads(body)]


async def test_it_gives_the_candles_of_the_exchange_and_has_them_when_that_is_gone(
    async_client: AsyncClient, simulator: SimulatedExchange
) -> None:
    end = SystemClock().now_ms() - 3_600_000
    kept: dict[Interval, list[list[Any]]] = {}
    for interval in Interval:
        newest = await candles(async_client, interval=interval.value, end=end, limit=40)
        assert newest == await of_exchange(interval=interval.value, endTime=end, limit=40)
        start = newest[-10][0]
        oldest = await candles(async_client, interval=interval.value, start=start, end=end)
        assert oldest == newest[-10:]
        kept[interval] = [row for row in oldest if close_time_of(interval, row[0]) < end]
    await simulator.stop()
    for interval, closed in kept.items():
        start, last = closed[0][0], closed[-1][0]
        assert await candles(async_client, interval=interval.value, start=start, end=last) == closed


async def test_it_ends_with_the_open_candle_of_the_exchange(
    async_client: AsyncClient, simulator: SimulatedExchange
) -> None:
    found = await candles(async_client, interval="1M", limit=3)
    assert found == await of_exchange(interval="1M", limit=3)
    assert found[-1][0] == open_time_at(Interval.MONTH_1, SystemClock().now_ms())


async def test_it_has_no_hole_after_paging_through_all_that_the_exchange_has(
    async_client: AsyncClient, simulator: SimulatedExchange
) -> None:
    pages, start = 0, 0
    while page := await candles(async_client, interval="12h", start=start, limit=1000):
        pages, start = pages + 1, page[-1][0] + 1
    assert pages > 1
    end = open_time_at(Interval.HOUR_12, SystemClock().now_ms() - 60_000) - 1
    series = {"source": Source.SIMULATOR, "symbol": "BTCUSDT", "interval": Interval.HOUR_12}
    assert await sync_to_async(missing_ranges)(**series, start=0, end=end) == []  # type: ignore[arg-type]
    unknown = await sync_to_async(missing_ranges)(**series, start=0, end=end, known_gaps_too=True)  # type: ignore[arg-type]
    assert [(gap.start, next_open_time(Interval.HOUR_12, gap.end)) for gap in unknown] == [(0, 1_609_459_200_000)]

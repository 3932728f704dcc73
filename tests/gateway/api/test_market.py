"""REST of the market's overview, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import httpx2
import pytest
from channels.layers import InMemoryChannelLayer, get_channel_layer
from pytest_django import Settings

from tests.gateway.commands import overviews
from tests.serving import Serving, serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

OVERVIEW = "/api/v1/market/overview/"


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    """Run a gateway."""
    async with serving() as running:
        yield running


async def get(gateway: Serving, path: str) -> httpx2.Response:
    """Return the answer to a GET."""
    async with httpx2.AsyncClient() as client:
        return await client.get(gateway.http_url + path)


async def test_it_tells_the_market_at_a_glance_with_exact_numbers_and_iso_times(gateway: Serving) -> None:
    asking = asyncio.create_task(get(gateway, OVERVIEW))
    layer = cast("InMemoryChannelLayer", get_channel_layer())
    await until(lambda: layer.groups.get(overviews.KEY))
    await gateway.runtime.hub.publish(overviews.OVERVIEW)
    answer = await asking
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == (
        b'{"symbols":[{"symbol":"BTCUSDT","price":97523.45,"changePercent24h":0.540,"volume24h":0.00000100}],'
        b'"gainers":["BTCUSDT"],"losers":[],"volumes":["BTCUSDT"],"timestamp":"2024-12-06T12:00:00.000Z",'
        b'"source":"simulator","simulated":true}'
    )


async def test_it_is_unavailable_where_no_overview_comes(gateway: Serving, settings: Settings) -> None:
    settings.OVERVIEW_WAIT_SECONDS = 0.01
    answer = await get(gateway, OVERVIEW)
    assert answer.status_code == 503
    assert answer.json() == {"error": {"code": "UNAVAILABLE", "message": "Market data unavailable"}}


async def test_it_takes_no_parameters(gateway: Serving) -> None:
    answer = await get(gateway, f"{OVERVIEW}?symbol=BTCUSDT")
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"] == {"symbol": "Unknown parameter"}


async def test_it_only_reads(gateway: Serving) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(gateway.http_url + OVERVIEW)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")

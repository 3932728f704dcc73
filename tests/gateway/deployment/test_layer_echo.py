"""The layer counts as there only where it carries messages on each way that they go."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from streaming.fan_out.hub import Hub
from streaming.gateway.deployment.layer_echo import LayerEcho
from streaming.installed import topic_registry
from tests.market.failing_layer import FailingLayer

_SECONDS = 20


@pytest.fixture
async def layer() -> FailingLayer:
    return FailingLayer()


@pytest.fixture
async def echo(layer: FailingLayer) -> AsyncIterator[LayerEcho]:
    hub = Hub(layer, topic_registry())
    await hub.start()
    echo = LayerEcho(hub, "test")
    await echo.start()
    yield echo
    await hub.stop()


async def test_it_hears_itself_as_often_as_it_asks_at_once(echo: LayerEcho) -> None:
    async with asyncio.timeout(_SECONDS):
        await asyncio.gather(*(echo.round_trip() for _ in range(3)))


async def test_a_layer_that_refuses_what_is_sent_together_counts_as_away(echo: LayerEcho, layer: FailingLayer) -> None:
    layer.takes_batches = False
    with pytest.raises(ConnectionError):
        await echo.round_trip()
    layer.takes_batches = True
    async with asyncio.timeout(_SECONDS):
        await echo.round_trip()


async def test_a_layer_that_is_away_counts_as_away(echo: LayerEcho, layer: FailingLayer) -> None:
    layer.is_away = True
    with pytest.raises(ConnectionError):
        await echo.round_trip()

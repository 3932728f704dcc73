"""The overview for whoever asks once: held, or to come."""

import asyncio

import pytest

from streaming.fan_out.hub import Hub
from streaming.market.current_overview import current_overview
from streaming.market.errors import MarketUnavailableError
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.topics.topic import MarketKind, Topic
from tests.gateway.commands.overviews import ENCODED, KEY, OVERVIEW
from tests.market.failing_layer import FailingLayer
from tests.waiting import until


async def test_it_returns_the_one_that_is_held_at_once(hub: Hub, last_values: MemoryLastValues) -> None:
    await last_values.write({KEY: ENCODED})
    assert await current_overview(hub, wait=0.5) == OVERVIEW


async def test_it_makes_the_overview_wanted_and_returns_the_first_that_comes(hub: Hub) -> None:
    asking = [asyncio.create_task(current_overview(hub, wait=10)) for _ in range(3)]
    await until(lambda: Topic(MarketKind.OVERVIEW) in hub.topics)
    await until(lambda: _joined(hub))
    await hub.publish(OVERVIEW)
    assert await asyncio.gather(*asking) == [OVERVIEW] * 3
    await until(lambda: not hub.topics)


def _joined(hub: Hub) -> bool:
    """Return whether the hub is in the overview's group: what is sent before would be lost."""
    layer = hub._layer
    assert isinstance(layer, FailingLayer)
    return bool(layer.groups.get(KEY))


async def test_it_is_unavailable_where_none_comes_in_time_and_wants_it_no_more(hub: Hub) -> None:
    with pytest.raises(MarketUnavailableError):
        await current_overview(hub, wait=0.05)
    await until(lambda: not hub.topics)


async def test_it_is_unavailable_while_the_channel_layer_is_away(hub: Hub, layer: FailingLayer) -> None:
    layer.is_away = True
    with pytest.raises(MarketUnavailableError):
        await current_overview(hub, wait=5)
    layer.is_away = False
    await until(lambda: not hub.topics)

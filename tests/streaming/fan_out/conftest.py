"""A hub on a layer of this process, by a clock that tests set."""

from collections.abc import AsyncIterator

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from tests.manual_clock import ManualClock


@pytest.fixture
def layer() -> InMemoryChannelLayer:
    return InMemoryChannelLayer(capacity=10_000)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def hub(layer: InMemoryChannelLayer, clock: ManualClock) -> AsyncIterator[Hub]:
    hub = Hub(layer, topic_registry(), clock=clock, linger=0)
    await hub.start()
    yield hub
    await hub.stop()

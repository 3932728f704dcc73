"""What the tests of gaps share."""

from collections.abc import AsyncIterator

import pytest

from streaming.fan_out.hub import Hub
from streaming.market.bridge.demand import DemandPublisher


@pytest.fixture
async def demand(hub: Hub) -> AsyncIterator[None]:
    """Tell bridges what the hub's process wants."""
    publisher = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await publisher.start()
    yield
    await publisher.stop()

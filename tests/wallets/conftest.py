"""Asking for wallets by commands and by REST, in this process."""

from collections.abc import AsyncIterator

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from tests.trading.asking import Desk, close_connections


@pytest.fixture
async def desk(transactional_db: None) -> AsyncIterator[Desk]:
    """Ask where no market is."""
    hub = Hub(InMemoryChannelLayer(capacity=1000), topic_registry(), linger=0.0)
    await hub.start()
    yield Desk(hub, part="wallets")
    await hub.stop()
    await close_connections()

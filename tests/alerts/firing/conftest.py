"""A hub on which an evaluator works within the test's process."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, channel_layers
from django.db import connections
from pytest_django import Settings

from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry


@pytest.fixture
async def hub_here(transactional_db: None, settings: Settings) -> AsyncIterator[Hub]:
    """A started hub on a layer of this process, with a database; delivery workers look often."""
    settings.DELIVERIES_POLL_SECONDS = 0.05
    layer, before = InMemoryChannelLayer(capacity=1000), channel_layers["default"]
    channel_layers.set("default", layer)
    hub = Hub(layer, topic_registry(), linger=0)
    await hub.start()
    yield hub
    await hub.stop()
    channel_layers.set("default", before)
    await sync_to_async(connections.close_all)()

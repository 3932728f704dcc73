"""What the tests of commands share: a hub of this process, and the context of a connection."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.db import connections

from streaming.clock import SystemClock
from streaming.commands.context import CommandContext
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.market.publishing.last_values import MemoryLastValues
from tests.manual_clock import ManualClock
from tests.streaming.commands.people import context_of


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock()


@pytest.fixture
def last_values() -> MemoryLastValues:
    """Return a cache of last values of this process."""
    return MemoryLastValues(maximum_age=5.0, clock=SystemClock())


@pytest.fixture
async def hub(last_values: MemoryLastValues) -> AsyncIterator[Hub]:
    """Run a hub that gives up groups at once."""
    started = Hub(InMemoryChannelLayer(capacity=1000), topic_registry(), last_values=last_values, linger=0.0)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
def context(hub: Hub) -> CommandContext:
    """Return the context of a connection without login."""
    return context_of(None, hub)


@pytest.fixture
async def closed_connections() -> AsyncIterator[None]:
    """Close the database connections of the thread that asynchronous code uses."""
    yield
    await sync_to_async(connections.close_all)()

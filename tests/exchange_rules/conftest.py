"""What the tests of the exchange's rules share."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from streaming.simulator.server import SimulatedExchange
from tests.exchange_rules.bridge.bridging import simulating
from tests.exchange_rules.tap import Tap, tapping


@pytest.fixture
async def simulator() -> AsyncIterator[SimulatedExchange]:
    """Run a simulated exchange with three symbols."""
    async with simulating() as exchange:
        yield exchange


@pytest.fixture
async def tap(simulator: SimulatedExchange) -> AsyncIterator[Tap]:
    """Listen in front of it."""
    async with tapping(simulator.port) as listening:
        yield listening


@pytest.fixture
async def closed_connections() -> AsyncIterator[None]:
    """Close the database connections of the thread that asynchronous code uses."""
    yield
    await sync_to_async(connections.close_all)()

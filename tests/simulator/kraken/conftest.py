"""A simulated Kraken over a simulated exchange, both moved by a test's clock."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.server import SimulatedExchange
from tests.simulator.kraken.client import FeedClient, feed_client


@pytest.fixture
async def kraken(exchange: SimulatedExchange) -> AsyncIterator[SimulatedKraken]:
    kraken = SimulatedKraken(exchange, settings=FollowingSettings(control=True))
    await kraken.start()
    yield kraken
    await kraken.stop()


@pytest.fixture
async def feed(kraken: SimulatedKraken) -> AsyncIterator[FeedClient]:
    """A connection to the feed, after the frame that comes unasked."""
    async with feed_client(kraken) as client:
        await client.next_frame()
        yield client


@pytest.fixture
async def control(kraken: SimulatedKraken) -> AsyncIterator[httpx2.AsyncClient]:
    """Where faults are asked for."""
    async with httpx2.AsyncClient(base_url=f"{kraken.rest_url}/simulator/", trust_env=False) as client:
        yield client

"""A simulated Coinbase over a simulated exchange, both moved by a test's clock."""

from collections.abc import AsyncIterator

import pytest

from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.server import SimulatedExchange
from tests.simulator.coinbase.client import FeedClient, feed_client


@pytest.fixture
async def coinbase(exchange: SimulatedExchange) -> AsyncIterator[SimulatedCoinbase]:
    coinbase = SimulatedCoinbase(exchange)
    await coinbase.start()
    yield coinbase
    await coinbase.stop()


@pytest.fixture
async def feed(coinbase: SimulatedCoinbase) -> AsyncIterator[FeedClient]:
    async with feed_client(coinbase) as client:
        yield client

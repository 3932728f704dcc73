"""An exchange on a port of its own, whose clock and market move only when a test says so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
import pytest
import websockets

from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock

ANSWER_SECONDS = 60.0
"""A file of 86,400 candles takes a busy machine longer than a client waits by default."""
NOON = 1_795_003_200_000  # 2026-11-18T12:00:00Z, a Wednesday

Get = Callable[..., Awaitable[Any]]
Connect = Callable[[str], Awaitable[websockets.ClientConnection]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON + 12_000)


@pytest.fixture
async def exchange(clock: ManualClock) -> AsyncIterator[SimulatedExchange]:
    settings = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:2])
    exchange = SimulatedExchange(seed=7, clock=clock, settings=settings)
    await exchange.start()
    yield exchange
    await exchange.stop()


@pytest.fixture
async def http(exchange: SimulatedExchange) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False, timeout=ANSWER_SECONDS) as client:
        yield client


@pytest.fixture
def get(http: httpx2.AsyncClient) -> Get:
    """Return the JSON of a REST request that must succeed."""

    async def get(path: str, **parameters: str | int) -> Any:
        response = await http.get(f"/api/v3/{path}", params=parameters)
        assert response.status_code == 200, response.text
        return response.json()

    return get


@pytest.fixture
async def connect(exchange: SimulatedExchange) -> AsyncIterator[Connect]:
    """Open a WebSocket at a path of the exchange; it is closed after the test."""
    opened = []

    async def connect(path: str) -> websockets.ClientConnection:
        connection = await websockets.connect(exchange.stream_url + path, proxy=None)
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        await connection.close()

"""A node on a port of its own, whose clock and chain move only when a test says so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Any

import httpx2
import pytest
import websockets

from tests.manual_clock import ManualClock
from tests.waiting import LIMIT_SECONDS
from wallets.simulator.node import SimulatedNode
from wallets.simulator.settings import ChainSettings

Call = Callable[..., Awaitable[Any]]
Connect = Callable[[], Awaitable[websockets.ClientConnection]]
_NUMBERS = count(1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def node(clock: ManualClock) -> AsyncIterator[SimulatedNode]:
    node = SimulatedNode(seed=7, clock=clock, settings=ChainSettings(tick_interval=None, control=True))
    await node.start()
    yield node
    await node.stop()


@pytest.fixture
async def http(node: SimulatedNode) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=node.http_url, trust_env=False, timeout=LIMIT_SECONDS) as client:
        yield client


@pytest.fixture
def ask(http: httpx2.AsyncClient) -> Call:
    """Return the whole answer to a request by HTTP."""

    async def ask(method: str, *parameters: Any) -> Any:
        request = {"jsonrpc": "2.0", "id": next(_NUMBERS), "method": method, "params": parameters}
        answer = (await http.post("/", json=request)).json()
        assert (answer.pop("jsonrpc"), answer.pop("id")) == ("2.0", request["id"])
        return answer

    return ask


@pytest.fixture
def call(ask: Call) -> Call:
    """Return the result of a request by HTTP that must succeed."""

    async def call(method: str, *parameters: Any) -> Any:
        answer = await ask(method, *parameters)
        assert set(answer) == {"result"}, answer
        return answer["result"]

    return call


@pytest.fixture
def control(http: httpx2.AsyncClient) -> Call:
    """Return what an action by the control endpoint tells, which must succeed."""

    async def control(action: str, **parameters: Any) -> Any:
        response = await http.get(f"/simulator/{action}", params=parameters)
        assert response.status_code == 200, response.text
        return response.json()

    return control


@pytest.fixture
async def connect(node: SimulatedNode) -> AsyncIterator[Connect]:
    """Open a WebSocket; it is closed after the test."""
    opened = []

    async def connect() -> websockets.ClientConnection:
        opened.append(await websockets.connect(node.websocket_url, proxy=None))
        return opened[-1]

    yield connect
    for connection in opened:
        await connection.close()

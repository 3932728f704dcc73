"""Talking to the simulated node as a client of its WebSocket, in tests."""

import asyncio
import json
from typing import Any

import websockets

from tests.waiting import LIMIT_SECONDS


async def received(connection: websockets.ClientConnection) -> Any:
    """Return the next that comes."""
    return json.loads(await asyncio.wait_for(connection.recv(), LIMIT_SECONDS))


async def requested(connection: websockets.ClientConnection, method: str, *parameters: Any) -> Any:
    """Send a request and return the next that comes, which must be its answer."""
    await connection.send(json.dumps({"jsonrpc": "2.0", "id": method, "method": method, "params": parameters}))
    answer = await received(connection)
    assert answer["id"] == method, answer
    return answer["result"]


async def told(connection: websockets.ClientConnection, subscription: str) -> Any:
    """Return the next notification, which must be one of a subscription."""
    notification = await received(connection)
    assert notification["method"] == "eth_subscription", notification
    assert notification["params"]["subscription"] == subscription
    return notification["params"]["result"]

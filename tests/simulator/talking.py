"""Talking to the exchange as a client of its streams, in tests."""

import asyncio
import json
from typing import Any

import websockets

from streaming.simulator.server import SimulatedExchange
from tests.manual_clock import ManualClock
from tests.waiting import LIMIT_SECONDS


async def pass_time(exchange: SimulatedExchange, clock: ManualClock, seconds: float, *, step: float = 0.0) -> None:
    """Move the clock and the market on, at once or in steps."""
    passed = 0.0
    while passed < seconds:
        clock.advance(min(step or seconds, seconds - passed))
        passed += step or seconds
        await exchange.tick()


async def ask(connection: websockets.ClientConnection, **request: Any) -> Any:
    """Send a control message and return its answer, skipping events."""
    await connection.send(json.dumps(request))
    while True:
        answer = json.loads(await asyncio.wait_for(connection.recv(), LIMIT_SECONDS))
        if "e" not in answer and "stream" not in answer:
            return answer


async def received(connection: websockets.ClientConnection) -> list[Any]:
    """Return all events that were sent so far: an answer to a control message comes after them."""
    return [json.loads(frame) for frame in await frames(connection)]


async def frames(connection: websockets.ClientConnection) -> list[str | bytes]:
    """Return all frames that were sent so far, as they are."""
    await connection.send('{"method":"LIST_SUBSCRIPTIONS","id":"mark"}')
    came: list[str | bytes] = []
    while True:
        frame = await asyncio.wait_for(connection.recv(), LIMIT_SECONDS)
        if isinstance(frame, str) and frame.endswith('"id":"mark"}'):
            return came
        came.append(frame)


async def closed(connection: websockets.ClientConnection) -> tuple[int | None, str | None]:
    """Wait until a connection has ended; return the code and reason that it ended with."""
    await asyncio.wait_for(connection.wait_closed(), LIMIT_SECONDS)
    return connection.close_code, connection.close_reason

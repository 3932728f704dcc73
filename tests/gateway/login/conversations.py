"""Users, their tokens, and what a consumer says to their control messages."""

import asyncio
import json
import time
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from streaming.gateway.dialects.control import SUBPROTOCOL
from tests.accounts.tokens_of_others import claims_of, signed

ANSWER_SECONDS = 10.0
CONTROL: dict[str, Any] = {"subprotocols": [SUBPROTOCOL]}


async def user(name: str = "ada", **rights: Any) -> User:
    return await User.objects.acreate_user(name, f"{name}@example.com", None, **rights)


def token_of(one: User, *, seconds: int = 60, **claims: Any) -> str:
    """Return a token of somebody's that ends within the last of so many seconds."""
    return signed(claims_of(str(one.pk), exp=int(time.time()) + seconds, **claims))


async def frame_of(connection: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(ANSWER_SECONDS):
        frame: dict[str, Any] = json.loads(await connection.recv())
    return frame


async def ask(connection: ClientConnection, **message: Any) -> dict[str, Any]:
    await connection.send(json.dumps(message))
    return await frame_of(connection)


async def end_of(connection: ClientConnection) -> tuple[int, str]:
    """Return code and reason of the close frame; other frames may come before it."""
    async with asyncio.timeout(ANSWER_SECONDS):
        try:
            while True:
                await connection.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code, closed.rcvd.reason

"""A client of the gateway for tests: Python's `websockets`, with frames as they came and as they read."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.waiting import LIMIT_SECONDS

Frame = dict[str, Any]


class Client:
    """One connection. `texts` keeps every frame as it came, `frames` as it reads (numbers exact)."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.texts: list[str] = []
        self.frames: list[Frame] = []

    async def send(self, message: Any) -> None:
        """Send JSON, or text and bytes as they are."""
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def subscribe(self, *channels: str) -> None:
        """Ask for channels."""
        await self.send({"type": "subscribe", "channels": list(channels)})

    async def receive(self) -> Frame:
        """Return the next frame."""
        async with asyncio.timeout(LIMIT_SECONDS):
            text = await self.connection.recv(decode=True)
        assert isinstance(text, str)
        frame: Frame = json.loads(text, parse_float=Decimal)
        self.texts.append(text)
        self.frames.append(frame)
        return frame

    async def next(self, matches: Callable[[Frame], object], *, seconds: float = LIMIT_SECONDS) -> Frame:
        """Return the next frame that matches."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.receive()
                if matches(frame):
                    return frame

    async def next_of(self, frame_type: str, channel: str | None = None) -> Frame:
        """Return the next frame of a type, and of a channel where one is given."""
        return await self.next(
            lambda frame: frame["type"] == frame_type and (channel is None or frame.get("channel") == channel)
        )

    async def error(self) -> tuple[str, str]:
        """Return message and code of the next error frame."""
        frame = await self.next_of("error")
        return frame["data"]["message"], frame["data"]["code"]


@asynccontextmanager
async def connected(url: str, **options: Any) -> AsyncIterator[Client]:
    """Connect, and take the welcome."""
    async with connect(url, **options) as connection:
        client = Client(connection)
        assert (await client.receive())["type"] == "connected"
        yield client

"""A real WebSocket server that a test writes as a function: for what no gateway does on demand."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

WELCOME = '{"type":"connected","data":{"clientId":"ws_1","authenticated":false},"timestamp":"2024-12-06T12:00:00.000Z"}'
PONG = '{"type":"pong"}'

Talk = Callable[["Peer"], Awaitable[None]]
Refuse = Callable[[int], tuple[HTTPStatus, str] | None]


class Peer:
    """The server's end of one connection; `number` counts them from 0."""

    def __init__(self, connection: ServerConnection, number: int) -> None:
        self.connection = connection
        self.number = number
        self.messages: list[dict[str, Any]] = []

    async def say(self, *frames: str | bytes) -> None:
        """Send frames."""
        for frame in frames:
            await self.connection.send(frame)

    async def next(self) -> dict[str, Any]:
        """Return the client's next message."""
        message: dict[str, Any] = json.loads(await self.connection.recv())
        self.messages.append(message)
        return message

    async def expect(self, type_: str) -> dict[str, Any]:
        """Return the client's next message of a type; what comes before is kept, too."""
        while (message := await self.next())["type"] != type_:
            pass
        return message

    async def answer_pings(self) -> None:
        """Answer pings until the client leaves."""
        with suppress(ConnectionClosed):
            while True:
                await self.expect("ping")
                await self.say(PONG)

    async def welcome(self) -> None:
        """Send the welcome, and answer pings until the client leaves."""
        await self.say(WELCOME)
        await self.answer_pings()

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code."""
        await self.connection.close(code, reason)


class HostileServer:
    """Where it listens, who came, and how often it was asked."""

    def __init__(self, talk: Talk, refuse: Refuse) -> None:
        self._talk = talk
        self._refuse = refuse
        self.url = ""
        self.peers: list[Peer] = []
        self.requests: list[Request] = []

    def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse a handshake where the test says so."""
        refusal = self._refuse(len(self.requests))
        self.requests.append(request)
        return connection.respond(*refusal) if refusal else None

    async def talk(self, connection: ServerConnection) -> None:
        """Do what the test says."""
        peer = Peer(connection, len(self.peers))
        self.peers.append(peer)
        await self._talk(peer)


@asynccontextmanager
async def server_that(
    talk: Talk = Peer.welcome, *, refuses: Refuse = lambda _: None, subprotocols: Sequence[str] | None = None
) -> AsyncIterator[HostileServer]:
    """Listen on a free port until the end of the `async with`."""
    server = HostileServer(talk, refuses)
    spoken = [Subprotocol(name) for name in subprotocols or ()] or None
    async with serve(
        server.talk, "127.0.0.1", 0, process_request=server.answer, subprotocols=spoken, close_timeout=0.2
    ) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        server.url = f"ws://127.0.0.1:{port}/ws"
        yield server

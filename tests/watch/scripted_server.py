"""A small real server that says what a script holds, for what no deployment says on demand."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

Say = str | bytes | tuple[int, str]
"""A frame to send, or the code and reason to close with."""


class Script(msgspec.Struct, frozen=True):
    """What to say: at the beginning (`open`), and after a message of the type that a key names.

    The first connections are closed instead of an answer to `subscribe`: one for each of `closes`. Pings get pongs.
    Where `returns` are given, they are said in place of `answers` on every connection but the first.
    """

    answers: Mapping[str, Sequence[Say]] = {}
    returns: Mapping[str, Sequence[Say]] | None = None
    subprotocol: str | None = None
    refuses: tuple[HTTPStatus, str] | None = None
    closes: Sequence[tuple[int, str]] = ()


class ScriptedServer:
    """Where it listens, and what it was told."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._closes = list(script.closes)
        self.port = 0
        self.url = ""
        self.messages: list[dict[str, Any]] = []
        self.requests: list[Request] = []

    def refuse(self, status: HTTPStatus, body: str) -> None:
        """Refuse handshakes from now on."""
        self._script = msgspec.structs.replace(self._script, refuses=(status, body))

    def types(self) -> list[str]:
        """Return the types of the messages that came, in order; pings are left out."""
        return [message["type"] for message in self.messages]

    def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse the handshake where the script says so."""
        self.requests.append(request)
        return connection.respond(*self._script.refuses) if self._script.refuses else None

    async def talk(self, connection: ServerConnection) -> None:
        """Follow the script until the client leaves."""
        await self._say(connection, "open")
        async for text in connection:
            message = json.loads(text)
            if message["type"] == "ping":
                await connection.send('{"type":"pong"}')
                continue
            self.messages.append(message)
            if message["type"] == "subscribe" and self._closes:
                await connection.close(*self._closes.pop(0))
                return
            await self._say(connection, message["type"])

    async def _say(self, connection: ServerConnection, cue: str) -> None:
        returns = self._script.returns
        answers = self._script.answers if returns is None or len(self.requests) == 1 else returns
        for say in answers.get(cue, ()):
            if isinstance(say, tuple):
                await connection.close(*say)
            else:
                await connection.send(say)


@asynccontextmanager
async def scripted_server(script: Script, *, port: int = 0) -> AsyncIterator[ScriptedServer]:
    """Listen on this or a free port until the end of the `async with`."""
    server = ScriptedServer(script)
    subprotocols = [Subprotocol(script.subprotocol)] if script.subprotocol else None
    async with serve(
        server.talk, "127.0.0.1", port, process_request=server.answer, subprotocols=subprotocols
    ) as listening:
        server.port = next(iter(listening.sockets)).getsockname()[1]
        server.url = f"ws://127.0.0.1:{server.port}/ws"
        yield server

"""An exchange on a real socket that does what a test tells it, also what a well-behaved one never does.

It answers SUBSCRIBE and UNSUBSCRIBE as the real one does, unless told otherwise, lists what is subscribed, and serves
REST bodies by path.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Answer = Callable[[dict[str, Any]], str | None]


def accept(request: dict[str, Any]) -> str | None:
    """Return the answer to an accepted request."""
    return json.dumps({"result": None, "id": request["id"]})


def ignore(request: dict[str, Any]) -> str | None:
    """Answer nothing."""
    return None


class ScriptedExchange:
    """Does as told. `requests` holds each request with the time of its receipt; `lists` counts those for a list."""

    rest_path: str | tuple[str, ...] = "/api/"

    def __init__(self) -> None:
        self.answer: Answer = accept
        self.handshake: tuple[int, dict[str, str]] | None = None
        self.rest: dict[str, tuple[int, str, dict[str, str]]] = {}
        self.rest_first: dict[str, list[tuple[int, str, dict[str, str]]]] = {}
        """Answers that are given once each, before those of `rest`."""
        self.rest_requests: list[str] = []
        self.requests: list[tuple[float, dict[str, Any]]] = []
        self.lists = 0
        self.handshakes: list[float] = []
        self.paths: list[str] = []
        self.sockets: dict[ServerConnection, set[str]] = {}
        self._server: Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port, or on the one of before."""
        self._server = await serve(self._serve, "127.0.0.1", self.port, process_request=self._process, compression=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Close everything."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    @property
    def stream_url(self) -> str:
        """The base address of the streams."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def rest_url(self) -> str:
        """The base address of REST."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def subscribed(self) -> set[str]:
        """The streams that any connection carries."""
        return set().union(*self.sockets.values())

    def methods(self, method: str) -> list[list[str]]:
        """Return the names of each request of `method`, in order."""
        return [request["params"] for _, request in self.requests if request["method"] == method]

    async def send(self, stream: str, data: object) -> None:
        """Send an event on `stream`, to the connections that carry it and are still there."""
        frame = json.dumps({"stream": stream, "data": data}, ensure_ascii=False)
        for socket, names in list(self.sockets.items()):
            if stream in names:
                with suppress(ConnectionClosed):
                    await socket.send(frame)

    async def send_raw(self, frame: str | bytes) -> None:
        """Send a frame as it is, to all."""
        for socket in list(self.sockets):
            with suppress(ConnectionClosed):
                await socket.send(frame)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close every connection."""
        for socket in list(self.sockets):
            await socket.close(code, reason)

    def cut(self) -> None:
        """Cut every connection without a word."""
        for socket in list(self.sockets):
            socket.transport.abort()

    def _process(self, connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path.startswith(self.rest_path):
            self.rest_requests.append(request.path)
            if self.rest_first.get(path):
                return _response(*self.rest_first[path].pop(0))
            return _response(*self.rest.get(path, (404, "{}", {})))
        self.handshakes.append(time.monotonic())
        self.paths.append(request.path)
        if self.handshake is not None:
            status, headers = self.handshake
            return _response(status, "", headers)
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        self.sockets[socket] = set()
        try:
            async for frame in socket:
                await self._take(socket, json.loads(frame))
        except ConnectionClosed:
            return
        finally:
            del self.sockets[socket]

    async def _take(self, socket: ServerConnection, request: dict[str, Any]) -> None:
        if request["method"] == "LIST_SUBSCRIPTIONS":
            self.lists += 1
            await socket.send(json.dumps({"result": sorted(self.sockets[socket]), "id": request["id"]}))
            return
        self.requests.append((time.monotonic(), request))
        answer = self.answer(request)
        if answer is None or "result" in json.loads(answer):
            change = set.update if request["method"] == "SUBSCRIBE" else set.difference_update
            change(self.sockets[socket], request["params"])
        if answer is not None:
            await socket.send(answer)


def _response(status: int, body: str, headers: dict[str, str]) -> Response:
    content = body.encode()
    fields = Headers({"Content-Type": "application/json", "Content-Length": str(len(content)), "Connection": "close"})
    fields.update(headers)
    return Response(status, HTTPStatus(status).phrase, fields, content)

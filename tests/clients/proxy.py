"""A TCP proxy before a gateway that cuts, refuses, stalls, swallows and injects when it is told to."""

import asyncio
from contextlib import suppress
from typing import Any

from tests.clients.link import Link, Traffic, reset

_REFUSAL = "HTTP/1.1 {} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class CuttingProxy:
    """Listens on a free port of this machine; every method but `start` and `stop` acts at once."""

    def __init__(self, gateway_port: int) -> None:
        self.port = 0
        self.refused = 0
        self._gateway = ("127.0.0.1", gateway_port)
        self._traffic = Traffic()
        self._links: dict[asyncio.Task[None], Link] = {}
        self._refusals_left: float = 0
        self._refusal_status: int | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End every connection, and listen no more."""
        if self._server is not None:
            self._server.close()
        links = list(self._links)
        self.cut()
        await asyncio.gather(*links, return_exceptions=True)

    @property
    def seen(self) -> list[list[Any]]:
        """What clients sent, for each WebSocket connection that the gateway accepted since the reset, oldest first."""
        return self._traffic.seen

    def reset(self) -> None:
        """Be as at the beginning: cut what is open, forget what was seen."""
        self.accept()
        self.release()
        self.cut()
        self._traffic.seen.clear()
        self.refused = 0

    def cut(self) -> None:
        """Reset every open connection."""
        for task, link in self._links.items():
            link.cut()
            task.cancel()

    def refuse(self, *, times: int | None = None, status: int | None = None) -> None:
        """Refuse new connections, for ever or so many `times`: by a reset, or with an HTTP status."""
        self._refusals_left = float("inf") if times is None else times
        self._refusal_status = status

    def accept(self) -> None:
        """Accept new connections again."""
        self._refusals_left = 0

    def stall(self) -> None:
        """Forward nothing until `release`; nothing is lost."""
        self._traffic.flowing.clear()

    def swallow(self) -> None:
        """Throw away what the gateway sends on WebSocket connections, until `release`."""
        self._traffic.swallows = True

    def release(self) -> None:
        """Forward again."""
        self._traffic.swallows = False
        self._traffic.flowing.set()

    def inject(self, payload: bytes, *, binary: bool = False) -> None:
        """Send each WebSocket client a message that the gateway never sent."""
        for link in self._links.values():
            link.inject(payload, binary=binary)

    async def _accept(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._refusals_left > 0:
            self._refusals_left -= 1
            self.refused += 1
            await self._turn_away(client, to_client)
            return
        link = Link(client, to_client, self._traffic)
        task = asyncio.ensure_future(link.run(self._gateway))
        self._links[task] = link
        task.add_done_callback(self._links.pop)
        with suppress(asyncio.CancelledError):  # by `cut`
            await task

    async def _turn_away(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._refusal_status is None:
            reset(to_client)
            return
        with suppress(OSError, asyncio.IncompleteReadError):
            await client.readuntil(b"\r\n\r\n")
            to_client.write(_REFUSAL.format(self._refusal_status).encode())
            await to_client.drain()
        to_client.close()

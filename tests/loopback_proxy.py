"""A TCP proxy before Redis or PostgreSQL, in a thread of its own: it cuts off everybody, or stands still, when told to.

The service itself stays as it is, so that other tests may use it meanwhile.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from tests.clients.link import reset

_BLOCK = 65_536
_START_SECONDS = 20.0


class LoopbackProxy:
    """Listens on a free port until the end of the `with`; `url` is the service's address by way of it."""

    def __init__(self, service: str) -> None:
        self._service = urlsplit(service)
        self._port = 0
        self._is_away = False
        self._flowing = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *exception: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """The service's address by way of the proxy."""
        user = f"{self._service.username}@" if self._service.username else ""
        return urlunsplit(self._service._replace(netloc=f"{user}127.0.0.1:{self._port}"))

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Reset whatever is open, and whoever comes, until the end of the `with`."""
        self._call(self._cut)
        try:
            yield
        finally:
            self._call(self._come_back)

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """Forward nothing until the end of the `with`; nothing is lost of it."""
        self._call(self._flowing.clear)
        try:
            yield
        finally:
            self._call(self._flowing.set)

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(_START_SECONDS)

    def _call(self, what: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(what)

    async def _listen(self) -> None:
        self._flowing.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        self._cut()
        self._flowing.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _cut(self) -> None:
        self._is_away = True
        for writer in self._open:
            reset(writer)

    def _come_back(self) -> None:
        self._is_away = False

    async def _accept(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._is_away:
            reset(to_client)
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._link(client, to_client)
        finally:
            self._tasks.discard(task)

    async def _link(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        service, to_service = await asyncio.open_connection(self._service.hostname, self._service.port)
        both = {to_client, to_service}
        self._open |= both
        if self._is_away:
            self._cut()
        try:
            await asyncio.gather(self._forward(client, to_service), self._forward(service, to_client))
        finally:
            self._open -= both
            for writer in both:
                writer.transport.abort()

    async def _forward(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while block := await source.read(_BLOCK):
            await self._flowing.wait()
            target.write(block)
            await target.drain()
        raise ConnectionResetError  # one side has ended: so does the other

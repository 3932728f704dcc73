"""The order of a session's requests: as they came, but for those that wait for something and concern nobody else's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from streaming.gateway.gate import Gate


class Request:
    """A request about some names (channels); `earlier` are the unfinished ones that share a name with it."""

    def __init__(self, names: tuple[str, ...], unfinished: list["Request"]) -> None:
        self.names = names
        self.done = asyncio.Event()
        self.distinct_names = frozenset(names)
        self.earlier = [request for request in unfinished if not self.distinct_names.isdisjoint(request.distinct_names)]


class RequestQueue:
    """Gives each request its turn, and tells whether there is room for more.

    There is room while no more than `maximum_names` names wait; a client that asks for more is not read meanwhile, so
    that it can't make the server remember without end.
    """

    def __init__(self, maximum_names: int) -> None:
        self._maximum_names = maximum_names
        self._waiting_names = 0
        self._unfinished: list[Request] = []
        self._room = Gate()
        self._turn = asyncio.Lock()

    def add(self, names: tuple[str, ...]) -> Request:
        """Queue a request; it must be given its turn."""
        request = Request(names, self._unfinished)
        self._unfinished.append(request)
        self._count(len(names))
        return request

    async def has_room(self) -> None:
        """Return once there is room for more."""
        await self._room.passed()

    async def finished(self) -> None:
        """Return once every request that is unfinished now is done."""
        for request in list(self._unfinished):
            await request.done.wait()

    @asynccontextmanager
    async def turn(self, request: Request, ready: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
        """Wait until `ready()` returns, then for the requests before it that share a name, then for its turn."""
        try:
            await ready()
            for earlier in request.earlier:
                await earlier.done.wait()
            async with self._turn:
                yield
        finally:
            self._unfinished.remove(request)
            request.done.set()
            request.earlier.clear()  # or each would keep all before it as long as one always waits
            self._count(-len(request.names))

    def _count(self, names: int) -> None:
        self._waiting_names += names
        if self._waiting_names > self._maximum_names:
            self._room.close()
        else:
            self._room.open()

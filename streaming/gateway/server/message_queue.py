"""The messages of one connection that the application has not received yet."""

import asyncio
from typing import Any


class MessageQueue:
    """What uvicorn uses of an `asyncio.Queue`, for one receiver at a time.

    A `Queue` takes 3 KiB of each connection; this, next to nothing while nothing waits in it, as is nearly always so.
    """

    __slots__ = ("_arrival", "_messages")

    def __init__(self) -> None:
        self._messages: list[Any] = []
        self._arrival: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        """Return whether nothing waits."""
        return not self._messages

    def put_nowait(self, message: Any) -> None:
        """Add a message."""
        self._messages.append(message)
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    async def get(self) -> Any:
        """Wait for the next message, and take it; a cancellation loses none.

        Raise `RuntimeError` where somebody else waits already.
        """
        while not self._messages:
            if self._arrival is not None:
                raise RuntimeError("a connection's messages are received by one at a time")
            self._arrival = asyncio.get_running_loop().create_future()
            try:
                await self._arrival
            finally:
                self._arrival = None
        return self._messages.pop(0)

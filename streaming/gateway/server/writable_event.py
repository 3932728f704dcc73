"""Whether a connection's socket takes more, and waiting until it does."""

import asyncio


class WritableEvent:
    """What uvicorn uses of an `asyncio.Event`; set at first.

    An `Event` takes 700 bytes of each connection, for those who wait; here nobody waits, nearly always.
    """

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: asyncio.Future[None] | None = None
        """There while it isn't set."""

    def is_set(self) -> bool:
        """Return whether nobody has to wait."""
        return self._waiting is None

    def set(self) -> None:
        """Let everybody go on who waits."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def clear(self) -> None:
        """Let everybody wait who comes from now on."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_future()

    async def wait(self) -> None:
        """Return once it is set; a cancellation ends nobody else's waiting."""
        if self._waiting is not None:
            await asyncio.shield(self._waiting)

"""A limit of time for an answer, in which a process that was busy itself doesn't blame whoever it has asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_TICKS = 10


@asynccontextmanager
async def stall_tolerant_timeout(seconds: float) -> AsyncIterator[None]:
    """Raise `TimeoutError` where the block takes longer than `seconds` in which the event loop ran.

    A loop that stands still, as where thousands of clients come at once, finds all its timers due before it looks for
    answers, which may have been there for long. So the time is counted in ticks, of which a standstill, however long,
    takes one; after each the loop has looked for answers. Safe to cancel.
    """
    async with asyncio.timeout(None) as timeout:
        ticks = _Ticks(timeout, seconds / _TICKS)
        try:
            yield
        finally:
            ticks.end()


class _Ticks:
    """Lets a timeout pass after so many ticks."""

    def __init__(self, timeout: asyncio.Timeout, pause: float) -> None:
        self._timeout = timeout
        self._pause = pause
        self._left = _TICKS
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(pause, self._tick)

    def end(self) -> None:
        """Tick no more."""
        self._timer.cancel()

    def _tick(self) -> None:
        self._left -= 1
        if self._left:
            self._timer = self._loop.call_later(self._pause, self._tick)
        else:
            self._timeout.reschedule(self._loop.time())

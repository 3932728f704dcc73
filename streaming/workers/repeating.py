"""A piece of work that is done again and again, until it is stopped."""

import asyncio
from collections.abc import Awaitable, Callable


class Repeating:
    """Does `work` every `interval` seconds, the first time after one; `work` deals with its own failures."""

    def __init__(self, work: Callable[[], Awaitable[None]], *, interval: float) -> None:
        self._work = work
        self._interval = interval
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End; calling it twice is harmless."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            await self._work()

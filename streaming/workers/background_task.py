"""Work beside everything else, from `start` to `stop`."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextvars import Context

import structlog

from streaming.workers.ticks import until_tick

logger = structlog.get_logger(__name__)


class BackgroundTask(ABC):
    """A task of its own, which a subclass says the work of in `_run`."""

    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin.

        It outlives whoever starts it, so it runs in a context of its own: that of an HTTP request ends with the
        request, and with it the thread of its database calls.
        """
        self._task = asyncio.get_running_loop().create_task(self._run(), context=Context())
        self._task.add_done_callback(self._log_failure)

    async def stop(self) -> None:
        """End; calling it twice is harmless."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    @abstractmethod
    async def _run(self) -> None: ...

    def _log_failure(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            logger.error("a background task has failed", what=type(self).__name__, exc_info=task.exception())


class Repeating(BackgroundTask):
    """Does `work` every `interval` seconds, at the process's ticks; `work` deals with its own failures."""

    def __init__(self, work: Callable[[], Awaitable[None]], *, interval: float) -> None:
        self._work = work
        self._interval = interval

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(until_tick(self._interval))
            await self._work()

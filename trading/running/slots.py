"""The processes that all backtests of a worker together may have: whoever wants one waits for its turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RunStoppedError(Exception):
    """The run was to stop before it had begun; there is nothing of it."""


@asynccontextmanager
async def held_slot(slots: asyncio.Semaphore, *, stopping: asyncio.Event) -> AsyncIterator[None]:
    """Hold one of the processes; raise `RunStoppedError` once `stopping` is set before there is one."""
    turn, stop = asyncio.create_task(slots.acquire()), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({turn, stop}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            raise RunStoppedError
        yield
    finally:
        stop.cancel()
        if not turn.cancel():  # it had come
            slots.release()

"""Threads of a channel's own for what blocks: so many in all, and so many for one user.

No channel waits for a thread that another one holds, and no user for those of one whose name server never answers. They
are daemons: one that hangs keeps no process from ending.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

P = ParamSpec("P")
T = TypeVar("T")


class BoundedThreads:
    """Calls functions in at most `most` threads at a time, of one user in at most `most_each`. Of one event loop."""

    def __init__(self, name: str, *, most: int, most_each: int) -> None:
        self._name = name
        self._most_each = most_each
        self._free = asyncio.Semaphore(most)
        self._free_of_users: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    async def run(self, user_id: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Wait for a thread, and return what `function` does in it, or raise that.

        Cancelled, it waits no longer; what has begun keeps its thread, and counts, until it ends by itself.
        """
        own = self._free_of_users.setdefault(user_id, asyncio.Semaphore(self._most_each))
        await own.acquire()
        try:
            await self._free.acquire()
        except asyncio.CancelledError:
            own.release()
            raise
        return await self._begin(lambda: function(*args, **kwargs), own)

    def _begin(self, work: Callable[[], T], own: asyncio.Semaphore) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def end(tell: Callable[[], None]) -> None:
            own.release()
            self._free.release()
            if not answer.done():
                tell()

        def run() -> None:
            tell = _told(answer, work)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(end, tell)

        try:
            threading.Thread(target=run, name=self._name, daemon=True).start()
        except BaseException:  # the system has no thread left
            own.release()
            self._free.release()
            raise
        return answer


def _told(answer: "asyncio.Future[T]", work: Callable[[], T]) -> Callable[[], None]:
    """Do the work; return what tells what came of it, in the event loop."""
    try:
        value = work()
    except BaseException as error:  # noqa: BLE001 - whoever asked is told, whatever it is
        failure = error
        return lambda: answer.set_exception(failure)
    return lambda: answer.set_result(value)

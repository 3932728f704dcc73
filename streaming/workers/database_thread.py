"""One thread for all that a worker asks of the database, in order, on one connection that is kept.

It is no thread of the event loop's pool: a long transaction holds up nobody else, and a database that never answers
doesn't keep the process from ending. As in one of the pool, what is to be sent to other processes is left to the loop
(`wake_soon`): a loop made for each such message would connect to the channel layer each time.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

from asgiref.sync import SyncToAsync
from django.db import connections

from streaming.database.errors import AnyDatabaseError

_LEAVE_SECONDS = 2.0

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[], None]


class DatabaseThread:
    """A thread with a database connection of its own, for one worker.

    It starts with the first question; after `stop` it can't be used any more.

    `name` is the thread's, for whoever looks at the process.
    """

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._ended: Future[None] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` in the thread, in the caller's context, and return what it does.

        Once begun, it goes on though this is cancelled.
        """
        if not self._thread.is_alive():
            self._loop = asyncio.get_running_loop()
            self._thread.start()
        future: Future[T] = Future()
        context = copy_context()

        def work() -> None:
            if future.set_running_or_notify_cancel():
                _answer(future, lambda: context.run(function, *args, **kwargs))

        self._work.put(work)
        return await asyncio.wrap_future(future)

    async def stop(self) -> None:
        """Close the connection, and end the thread; a database that doesn't answer is waited for two seconds."""
        if not self._thread.is_alive():
            return
        self._work.put(None)
        await asyncio.wait([asyncio.wrap_future(self._ended)], timeout=_LEAVE_SECONDS)

    def _run(self) -> None:
        SyncToAsync.threadlocal.main_event_loop = self._loop
        while (work := self._work.get()) is not None:
            work()
        connections.close_all()
        self._ended.set_result(None)


def _answer(future: "Future[T]", function: Callable[[], T]) -> None:
    try:
        future.set_result(function())
    except AnyDatabaseError as error:
        connections.close_all()  # the next question makes a new connection
        future.set_exception(error)
    except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever it is
        future.set_exception(error)

"""Questions to the database that come at the same time, asked together in one trip to a thread."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

from streaming.identity.identity import Identity

Answers = Callable[[Sequence[str]], Sequence[Identity | Exception]]
_AT_A_TIME = 100


class QueryBatcher:
    """Asks `answers` from a thread, for one event loop; whatever is asked meanwhile is asked together afterwards.

    What is asked is read from the database after it was asked, never before: nobody gets the answer of a trip that had
    begun. Whoever is cancelled while waiting is left out of the next trip.
    """

    def __init__(self, answers: Answers, *, at_a_time: int = _AT_A_TIME) -> None:
        self._answers = answers
        self._at_a_time = at_a_time
        self._waiting: deque[tuple[str, asyncio.Future[Identity]]] = deque()
        self._asking: asyncio.Task[None] | None = None

    async def answer(self, question: str) -> Identity:
        """Return the answer to `question`, or raise it where it is an error, or what the whole trip raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Identity] = loop.create_future()
        self._waiting.append((question, future))
        if self._asking is None:
            # In no requester's context: one of an HTTP request ends with it, and so would the thread that it uses.
            self._asking = loop.create_task(self._ask_all(), context=Context())
        return await future

    async def _ask_all(self) -> None:
        try:
            while asked := self._next():
                await self._ask(asked)
        finally:
            self._asking = None

    def _next(self) -> dict[asyncio.Future[Identity], str]:
        asked: dict[asyncio.Future[Identity], str] = {}
        while self._waiting and len(asked) < self._at_a_time:
            question, future = self._waiting.popleft()
            if not future.done():
                asked[future] = question
        return asked

    async def _ask(self, asked: dict[asyncio.Future[Identity], str]) -> None:
        answers: Sequence[Identity | Exception]
        try:
            answers = await database_sync_to_async(self._answers)(list(asked.values()))
        except Exception as error:  # noqa: BLE001 - handed on to all who asked
            answers = [error] * len(asked)
        for future, answer in zip(asked, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)


_batchers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Answers, QueryBatcher]] = WeakKeyDictionary()


def query_batcher(answers: Answers) -> QueryBatcher:
    """Return this event loop's batcher for `answers`."""
    known = _batchers.setdefault(asyncio.get_running_loop(), {})
    if answers not in known:
        known[answers] = QueryBatcher(answers)
    return known[answers]

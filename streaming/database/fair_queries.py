"""The database, asked in turns: one user's thousand questions keep another's one waiting for no more than a few.

Whoever answers a client says who asks, and what is asked of the database below it takes turns by that:

    with asking(requester):                              # a command, a request
        rows = await in_turn(read_rows)(query)       # instead of `database_sync_to_async(read_rows)(query)`

Who takes turns are commands and REST requests, each among its kind (`streaming.requesters`). What the process asks for
itself (leases, sessions, the bridge's candles) has no requester, and waits for nobody; nor does the admin.

Nobody who has a turn waits for another: what is asked within a turn, by whichever way, is a part of it. Nor does
anybody keep one who waits for something else that is scarce: see `turn_set_aside`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import connections

from streaming.fair_queue import FairQueue
from streaming.requesters import kind_of, kinds

AT_A_TIME = 4
"""Questions that the database has at a time, from one process, of one kind of requesters: what is asked next waits
behind these. More would be done no sooner, as one interpreter does them and, of commands, one thread."""
_MOST_OF_ONE = AT_A_TIME - 1
"""One requester whose questions hang (behind a lock) leaves a turn for all others."""
_turns = {kind: FairQueue(at_a_time=AT_A_TIME, most_of=lambda requester: _MOST_OF_ONE) for kind in kinds()}
"""Each kind of requester has turns of its own: one who has names of several kinds leaves a turn of each to others."""
_requester: ContextVar[str] = ContextVar("requester", default="")
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)
_own: ContextVar["_ThreadTurn | None"] = ContextVar("own", default=None)
"""The turn that the thread waited for itself; it may wait for another."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


@contextmanager
def asking(requester: str) -> Iterator[None]:
    """Let what is asked of the database in the `with`, and in the tasks that it starts, be asked for `requester`."""
    token = _requester.set(requester)
    try:
        yield
    finally:
        _requester.reset(token)


def current_requester() -> str:
    """Return for whom the database is asked here; an empty text where the process asks for itself."""
    return _requester.get()


def in_turn(
    function: Callable[Given, Result], *, executor: ThreadPoolExecutor | None = None
) -> Callable[Given, Awaitable[Result]]:
    """Return `function` as a coroutine function that does it in the database's thread when it is the requester's turn.

    With `executor` it is done there, which is for what may outlive the request that asked, and the request's thread.
    Cancelled while it waits, it does nothing; cancelled later, it goes on, and has its turn until it has ended.
    """

    @wraps(function)
    async def asked(*args: Given.args, **named: Given.kwargs) -> Result:
        ask = database_sync_to_async(function, thread_sensitive=executor is None, executor=executor)
        requester = _requester.get()
        if not requester or _has_turn.get():
            return await ask(*args, **named)
        await _turns[kind_of(requester)].take(requester)
        return await asyncio.shield(asyncio.ensure_future(_ended(requester, ask(*args, **named))))

    return asked


async def each_in_turn(steps: Iterator[int]) -> None:
    """Do steps of which each is a transaction of its own, each in a turn of its own: others have theirs between.

    Cancelled, it ends with the step that it is at.
    """
    while await in_turn(_next)(steps) is not None:
        pass


def _next(steps: Iterator[int]) -> int | None:
    return next(steps, None)


@contextmanager
def database_turn(requester: str, *, seconds: float) -> Iterator[None]:
    """Have a turn for the time of the `with`, in a thread of one's own; raise `NoTurnError` after `seconds`."""
    if _has_turn.get():
        yield
        return
    own = _ThreadTurn(requester, seconds)
    own.take()
    try:
        with _marked(own):
            yield
    finally:
        own.give_back()


@contextmanager
def turn_set_aside() -> Iterator[None]:
    """Let others have the turn of this thread for the time of the `with`, in which it asks the database nothing.

    Raise `NoTurnError` at the end, where the next turn doesn't come in time. Within a transaction it keeps its turn, as
    those whom its locks hold up could have all the others.
    """
    own = _own.get()
    if own is None or any(connection.in_atomic_block for connection in connections.all(initialized_only=True)):
        yield
        return
    own.give_back()
    try:
        with _marked(None):
            yield
    finally:
        own.take()


class _ThreadTurn:
    """A turn that a thread takes, gives back and takes again; to give back what one hasn't is harmless."""

    def __init__(self, requester: str, seconds: float) -> None:
        self._requester = requester
        self._seconds = seconds
        self._taken = ExitStack()

    def take(self) -> None:
        """Wait for a turn; raise `NoTurnError` where none comes in time."""
        turns = _turns[kind_of(self._requester)]
        self._taken.enter_context(turns.turn_in_thread(self._requester, seconds=self._seconds))

    def give_back(self) -> None:
        """Let others have it."""
        self._taken.close()


@contextmanager
def _marked(own: _ThreadTurn | None) -> Iterator[None]:
    """Note which turn the thread has, or that it has none."""
    has_turn, turn = _has_turn.set(own is not None), _own.set(own)
    try:
        yield
    finally:
        _own.reset(turn)
        _has_turn.reset(has_turn)


async def _ended(requester: str, answer: Coroutine[Any, Any, Result]) -> Result:
    _has_turn.set(True)  # in the context of a task of its own
    try:
        return await answer
    finally:
        _turns[kind_of(requester)].give_back(requester)

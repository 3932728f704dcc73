"""The database, asked in turns: one user's thousand questions keep another's one waiting for no more than a few.

Whoever answers a client says who asks, and what is asked of the database below it takes turns by that:

    with asking(asker):                              # a command, a request
        rows = await in_turn(read_rows)(query)       # instead of `database_sync_to_async(read_rows)(query)`

Who takes turns are commands and REST requests, each among its kind (`streaming.askers`). What the process asks for
itself (leases, sessions, the bridge's candles) has no asker, and waits for nobody; nor does the admin.

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

from streaming.askers import kind_of, kinds
from streaming.fair_queue import FairQueue

AT_A_TIME = 4
"""Questions that the database has at a time, from one process, of one kind of askers: what is asked next waits behind
these. More would be done no sooner, as one interpreter does them and, of commands, one thread."""
_MOST_OF_ONE = AT_A_TIME - 1
"""One asker whose questions hang (behind a lock) leaves a turn for all others."""
_turns = {kind: FairQueue(at_a_time=AT_A_TIME, most_of=lambda asker: _MOST_OF_ONE) for kind in kinds()}
"""Each kind of asker has turns of its own: one who has names of several kinds leaves a turn of each to others."""
_asker: ContextVar[str] = ContextVar("asker", default="")
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)
_own: ContextVar["_ThreadTurn | None"] = ContextVar("own", default=None)
"""The turn that the thread waited for itself; it may wait for another."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


@contextmanager
def asking(asker: str) -> Iterator[None]:
    """Let what is asked of the database within the `with`, and in the tasks that it starts, be asked for `asker`."""
    token = _asker.set(asker)
    try:
        yield
    finally:
        _asker.reset(token)


def asker_now() -> str:
    """Return for whom the database is asked here; an empty text where the process asks for itself."""
    return _asker.get()


def in_turn(
    function: Callable[Given, Result], *, executor: ThreadPoolExecutor | None = None
) -> Callable[Given, Awaitable[Result]]:
    """Return `function` as a coroutine function that does it in the database's thread when it is the asker's turn.

    With `executor` it is done there, which is for what may outlive the request that asked, and the request's thread.
    Cancelled while it waits, it does nothing; cancelled later, it goes on, and has its turn until it has ended.
    """

    @wraps(function)
    async def asked(*args: Given.args, **named: Given.kwargs) -> Result:
        ask = database_sync_to_async(function, thread_sensitive=executor is None, executor=executor)
        asker = _asker.get()
        if not asker or _has_turn.get():
            return await ask(*args, **named)
        await _turns[kind_of(asker)].take(asker)
        return await asyncio.shield(asyncio.ensure_future(_ended(asker, ask(*args, **named))))

    return asked


@contextmanager
def database_turn(asker: str, *, seconds: float) -> Iterator[None]:
    """Have a turn for the time of the `with`, in a thread of one's own; raise `NoTurnError` after `seconds`."""
    if _has_turn.get():
        yield
        return
    own = _ThreadTurn(asker, seconds)
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

    def __init__(self, asker: str, seconds: float) -> None:
        self._asker = asker
        self._seconds = seconds
        self._taken = ExitStack()

    def take(self) -> None:
        """Wait for a turn; raise `NoTurnError` where none comes in time."""
        turns = _turns[kind_of(self._asker)]
        self._taken.enter_context(turns.turn_in_thread(self._asker, seconds=self._seconds))

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


async def _ended(asker: str, answer: Coroutine[Any, Any, Result]) -> Result:
    _has_turn.set(True)  # in the context of a task of its own
    try:
        return await answer
    finally:
        _turns[kind_of(asker)].give_back(asker)

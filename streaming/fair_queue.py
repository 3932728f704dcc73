"""Fair queueing: what is scarce goes to those who wait for it in turns, however much one of them asks for.

    turns = FairQueue(at_a_time=4, most_of=lambda requester: 3)
    async with turns.turn("user:7"):        # in an event loop
        ...
    with turns.turn_in_thread("user:7", seconds=25):
        ...

Whoever has something waiting is next once for every round of the others: with one requester who has a thousand requests
waiting, another's first is served after at most those that have begun, and one more.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from threading import Lock

_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))


class NoTurnError(TimeoutError):
    """A turn didn't come within the seconds that it was waited for."""


@contextmanager
def all_turns_within(seconds: float) -> Iterator[None]:
    """Let whoever waits for several turns in the `with`, in its thread, wait until so many seconds from now."""
    token = _deadline.set(min(_deadline.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


class FairQueue:
    """Gives turns to requesters in rotation; safe to use from several threads and event loops.

    `at_a_time` is how many turns there are (None: any number); `most_of` returns how many of them one requester may
    have, at least 1. How many may wait is bounded by those who ask.
    """

    def __init__(self, *, at_a_time: int | None, most_of: Callable[[str], int]) -> None:
        self._at_a_time = at_a_time
        self._most_of = most_of
        self._lock = Lock()
        self._taken: dict[str, int] = {}
        self._all_taken = 0
        self._waiting: dict[str, deque[Future[None]]] = {}
        """By requester, in the order of their next turns."""

    def takers(self) -> dict[str, int]:
        """Return how many turns each has who has any."""
        with self._lock:
            return dict(self._taken)

    async def take(self, requester: str) -> None:
        """Wait for a turn, which `give_back` ends; cancelled, it takes none."""
        turn = self._ask(requester)
        if turn.done():
            return
        try:
            await asyncio.wrap_future(turn)
        except asyncio.CancelledError:
            self._leave(requester, turn)
            raise

    @asynccontextmanager
    async def turn(self, requester: str) -> AsyncIterator[None]:
        """Have a turn for the time of the `async with`."""
        await self.take(requester)
        try:
            yield
        finally:
            self.give_back(requester)

    def take_in_thread(self, requester: str, *, seconds: float) -> None:
        """Wait for a turn, which `give_back` ends, in a thread; raise `NoTurnError` after `seconds`."""
        turn = self._ask(requester)
        try:
            turn.result(min(seconds, max(0.0, _deadline.get() - time.monotonic())))
        except TimeoutError:
            self._leave(requester, turn)
            raise NoTurnError from None

    @contextmanager
    def turn_in_thread(self, requester: str, *, seconds: float) -> Iterator[None]:
        """Have a turn for the time of the `with`, in a thread that may wait; raise `NoTurnError` after `seconds`."""
        self.take_in_thread(requester, seconds=seconds)
        try:
            yield
        finally:
            self.give_back(requester)

    def give_back(self, requester: str) -> None:
        """End a turn of `requester`; whoever is next begins."""
        with self._lock:
            left = self._taken[requester] - 1
            if left:
                self._taken[requester] = left
            else:
                del self._taken[requester]
            self._all_taken -= 1
            self._grant(requester)

    def _ask(self, requester: str) -> Future[None]:
        turn: Future[None] = Future()
        with self._lock:
            if requester not in self._waiting and self._has_room(requester):
                self._begin(requester, turn)
            else:
                self._waiting.setdefault(requester, deque()).append(turn)
        return turn

    def _leave(self, requester: str, turn: Future[None]) -> None:
        if not turn.cancel():  # it was given in this very moment
            self.give_back(requester)
            return
        with self._lock:
            queue = self._waiting.get(requester)
            if queue is not None and turn in queue:
                queue.remove(turn)
                if not queue:
                    del self._waiting[requester]

    def _grant(self, gave_back: str) -> None:
        """Begin the turns that there is room for, of each requester one before any has a second."""
        # Without a common bound nobody has waited for this turn but whoever had it.
        has_begun = True
        while has_begun:  # round by round, as a requester's room may have grown by more than the turn that has ended
            has_begun = False
            for requester in [gave_back] if self._at_a_time is None else list(self._waiting):
                if not self._is_free():
                    return
                if requester in self._waiting and self._has_room(requester):
                    self._begin_next(requester)
                    has_begun = True

    def _begin_next(self, requester: str) -> None:
        queue = self._waiting.pop(requester)
        while queue:
            turn = queue.popleft()
            if turn.set_running_or_notify_cancel():
                self._begin(requester, turn)
                break
        if queue:
            self._waiting[requester] = queue  # behind all others

    def _begin(self, requester: str, turn: Future[None]) -> None:
        self._taken[requester] = self._taken.get(requester, 0) + 1
        self._all_taken += 1
        turn.set_result(None)

    def _is_free(self) -> bool:
        return self._at_a_time is None or self._all_taken < self._at_a_time

    def _has_room(self, requester: str) -> bool:
        return self._is_free() and self._taken.get(requester, 0) < self._most_of(requester)

"""Whose handshake is next where many come at once, as after a gateway's restart: those who came first."""

import asyncio
from collections import deque

AT_ONCE = 8
"""So many handshakes are begun in a turn of the loop: a few ms of work, after which all else has its turn."""


class HandshakeQueue:
    """Begins handshakes in the order in which they come, `at_once` in each turn of the event loop.

    Thousands that are worked on by turns are all done at the end, which is too late for each of their clients: these
    give up, come again, and all of the work is made again. Those that are begun few at a time are done few at a time.
    What a handshake waits for, such as a login's look-up, holds up nobody behind it.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._begun = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_scheduled = False

    async def its_turn(self) -> None:
        """Return when it is the caller's turn: at once where nobody waits and few have begun in this turn."""
        self._schedule()
        if self._begun < self._at_once and not self._waiting:
            self._begun += 1
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await waiter

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._next_turn)

    def _next_turn(self) -> None:
        self._is_scheduled = False
        self._begun = 0
        while self._waiting and self._begun < self._at_once:
            waiter = self._waiting.popleft()
            if not waiter.done():  # its task was cancelled
                waiter.set_result(None)
                self._begun += 1
        if self._begun:
            self._schedule()

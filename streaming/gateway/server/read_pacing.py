"""How much one client is read: a little at a time, and no more than so many frames a second.

A quarter of a megabyte that comes at once may hold forty thousand frames, pings for one, and an event loop that took
them all would serve nobody else meanwhile. What isn't taken yet waits here, and behind it in the client's own socket.
That takes memory as long as it lasts, so a client that sends too much for too long is not read to the end.
"""

from asyncio import AbstractEventLoop, Handle
from collections.abc import Callable

_TURN_BYTES = 1024
"""Taken at a time, at most 170 frames; between two turns the event loop serves the others."""


class FrameBudget:
    """How many frames may be taken: `rate` a second, and as many at once after a second's rest. Pure."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: int, now: float) -> None:
        self._rate = rate
        self._left = float(rate)
        self._at = now

    def spend(self, frames: int, now: float) -> None:
        """Count frames that were taken until `now` (monotonic seconds)."""
        self._left = min(self._rate, self._left + (now - self._at) * self._rate) - frames
        self._at = now

    def wait(self) -> float:
        """Return how many seconds after the last spending frames may be taken again."""
        return max(0.0, -self._left / self._rate)


class PacedReading:
    """What has come of one client and isn't taken yet.

    `take` is given a turn's bytes and returns how many frames were in them. Nothing is taken while `may_take` says no;
    then `go_on` is to be called once it says yes. `caught_up` is called when more may be read, and `too_much` once the
    client has been over its rate for `patience` seconds in a row: what waits is forgotten then.
    """

    __slots__ = (
        "_budget",
        "_caught_up",
        "_loop",
        "_may_take",
        "_next",
        "_over_since",
        "_patience",
        "_take",
        "_too_much",
        "_waiting",
    )

    def __init__(
        self,
        loop: AbstractEventLoop,
        frames_per_second: int,
        take: Callable[[bytes], int],
        may_take: Callable[[], bool],
        caught_up: Callable[[], None],
        *,
        patience: float,
        too_much: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._take = take
        self._may_take = may_take
        self._caught_up = caught_up
        self._patience = patience
        self._too_much = too_much
        self._budget = FrameBudget(frames_per_second, loop.time())
        self._waiting = b""
        self._next: Handle | None = None
        self._over_since: float | None = None

    @property
    def is_behind(self) -> bool:
        """True where nothing more should be read: bytes wait, or the second's frames are used up."""
        return bool(self._waiting) or self._next is not None

    def feed(self, data: bytes) -> None:
        """Take what has come: its beginning now, unless something waits already, and the rest in later turns."""
        self._waiting += data
        if self._next is None:
            self._turn()

    def go_on(self) -> None:
        """Take what waits, now that it may be taken."""
        if self._waiting and self._next is None:
            self._next = self._loop.call_soon(self._turn)

    def stop(self) -> None:
        """Forget what waits; may be called twice."""
        self._waiting = b""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _turn(self) -> None:
        self._next = None
        if not self._may_take():
            return
        part, self._waiting = self._waiting[:_TURN_BYTES], self._waiting[_TURN_BYTES:]
        self._budget.spend(self._take(part) if part else 0, self._loop.time())
        self._go_on_after(self._budget.wait())

    def _go_on_after(self, wait: float) -> None:
        if self._is_too_much(wait):
            self.stop()
            self._too_much()
        elif wait:
            self._next = self._loop.call_later(wait, self._turn)
        elif self._waiting:
            self._next = self._loop.call_soon(self._turn)
        else:
            self._caught_up()

    def _is_too_much(self, wait: float) -> bool:
        """Return whether the client has been over its rate for too long, where it has to wait for so many seconds."""
        if not wait:
            self._over_since = None
            return False
        now = self._loop.time()
        if self._over_since is None:
            self._over_since = now
        return now - self._over_since >= self._patience

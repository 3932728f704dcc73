"""How long to wait before the next attempt, and whether there is to be one. Pure: no timer here, the time is given.

Durations in seconds. A program can use it without a client.
"""

import random
from collections.abc import Callable
from enum import Enum

from tidewire_client.errors import (
    ConnectionClosedError,
    DialectRefusedError,
    HandshakeRefusedError,
    TidewireError,
    TokenRefusedError,
)

LONGEST_DELAY = 30.0
_FIRST_DELAY = 1.0
_LONGEST_EXPONENT = 5
_RESTART_SECONDS = 30.0
_RESTART_DELAY = 0.5
_RESTART_SPREAD = 1.0

SERVER_SHUTTING_DOWN = "Server shutting down"
LOGIN_ENDED = 4401
_NORMAL = 1000
_TOO_BIG = 1009
_RATE_LIMIT_EXCEEDED = 4429
_RATE_LIMITED = "rate_limited"
_RESTARTS = frozenset({1001, 1012})
_FORBIDDEN = 403
_TOO_MANY_REQUESTS = 429


class Next(Enum):
    """What the end of a connection asks of the client."""

    RETRY = "retry"
    SOON = "soon"
    WAIT = "wait"
    STOP = "stop"


def delay_of(attempt: int, uniform: Callable[[], float] = random.random) -> float:  # noqa: S311 - spreads attempts, keeps no secret
    """Return the wait before an attempt after `attempt` failures: min(2ⁿ, 30) seconds, a random half taken off.

    `uniform` gives numbers from 0 to 1. Randomly, so that clients of one server don't return in the same instant.
    """
    longest: float = min(_FIRST_DELAY * 2 ** min(attempt, _LONGEST_EXPONENT), LONGEST_DELAY)
    return longest * (1 - uniform() / 2)


def after_close(code: int, reason: str, *, can_renew: bool = False) -> Next:
    """Return what a close code asks for; `can_renew` where a function gives tokens.

    SOON after a restart that was announced, WAIT where this client was too fast, STOP where a new connection would end
    likewise: after a normal close, a frame that was too big and a login that was refused. RETRY after any other code.
    """
    if code in _RESTARTS or (code == _NORMAL and reason == SERVER_SHUTTING_DOWN):
        return Next.SOON
    if code in {_NORMAL, _TOO_BIG} or (code == LOGIN_ENDED and not can_renew):
        return Next.STOP
    return Next.WAIT if code == _RATE_LIMIT_EXCEEDED else Next.RETRY


def after(error: TidewireError, *, can_renew: bool = False) -> Next:
    """Return what the end of a connection, or of an attempt, asks for."""
    match error:
        case ConnectionClosedError():
            return after_close(error.close_code, error.reason, can_renew=can_renew)
        case TokenRefusedError(is_passing=True):
            return Next.WAIT if error.code == _RATE_LIMITED else Next.RETRY
        case TokenRefusedError() | DialectRefusedError():
            return Next.STOP
        case HandshakeRefusedError(status=status) if status == _FORBIDDEN:
            return Next.STOP
        case HandshakeRefusedError(status=status) if status == _TOO_MANY_REQUESTS:
            return Next.WAIT
        case _:
            return Next.RETRY


class BackOff:
    """Counts attempts, and says how long to wait before the next.

    `maximum` is how many attempts may fail in a row, None for no end, 0 for not even one. A connection that lasted
    `stable_after` seconds starts the count anew. For 30 s after a restart that was announced attempts follow each other
    by 0.5 to 1.5 s and don't count: whoever comes back first must not wait long, and not all may come in one instant.
    """

    def __init__(
        self,
        maximum: int | None = None,
        *,
        stable_after: float = 5.0,
        uniform: Callable[[], float] = random.random,  # noqa: S311 - spreads attempts, keeps no secret
    ) -> None:
        self.attempts = 0
        self._maximum = maximum
        self._stable_after = stable_after
        self._uniform = uniform
        self._restart_until: float | None = None

    def opened(self) -> None:
        """Note that the client is ready: whatever restarted is back."""
        self._restart_until = None

    def lasted(self, seconds: float) -> None:
        """Note how long the connection lasted that has now ended."""
        if seconds >= self._stable_after:
            self.attempts = 0

    def next_delay(self, then: Next, now: float) -> float | None:
        """Return how long to wait at `now` (monotonic), None where there is no further attempt."""
        if then is Next.STOP or self._maximum == 0:
            return None
        if then is Next.SOON:
            self._restart_until = now + _RESTART_SECONDS
        if self._restart_until is not None and now < self._restart_until and then is not Next.WAIT:
            return _RESTART_DELAY + self._uniform() * _RESTART_SPREAD
        if self._maximum is not None and self.attempts >= self._maximum:
            return None
        self.attempts += 1
        return LONGEST_DELAY if then is Next.WAIT else delay_of(self.attempts - 1, self._uniform)

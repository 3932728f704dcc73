"""How much a client may send. Pure: the time is given."""

from enum import Enum


class Verdict(Enum):
    """What is to be done with a message."""

    ACCEPT = "accept"
    DROP = "drop"
    DROP_AND_TELL = "drop and tell"
    CLOSE = "close"


class RateLimit:
    """At most `rate` messages a second, measured by a token bucket that holds one second's worth.

    Messages over the rate are dropped, with at most one complaint a second; a client that goes on for `patience`
    seconds in a row is to be closed. A second without a dropped message ends the row.
    """

    def __init__(self, rate: int, patience: float) -> None:
        self._rate = rate
        self._patience = patience
        self._tokens = float(rate)
        self._refilled_at = 0.0
        self._row_began_at = 0.0
        self._last_drop_at: float | None = None
        self._told_at: float | None = None

    def admit(self, now: float) -> Verdict:
        """Judge a message that came at `now` (monotonic seconds)."""
        self._tokens = min(self._rate, self._tokens + (now - self._refilled_at) * self._rate)
        self._refilled_at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return Verdict.ACCEPT
        return self._judge_excess(now)

    def _judge_excess(self, now: float) -> Verdict:
        if self._last_drop_at is None or now - self._last_drop_at >= 1:
            self._row_began_at = now
        self._last_drop_at = now
        if now - self._row_began_at >= self._patience:
            return Verdict.CLOSE
        if self._told_at is not None and now - self._told_at < 1:
            return Verdict.DROP
        self._told_at = now
        return Verdict.DROP_AND_TELL

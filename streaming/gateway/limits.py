"""How much a client may send. Pure: the time is given."""

from enum import Enum


class RateDecision(Enum):
    """What is to be done with a message."""

    ACCEPT = "accept"
    DROP = "drop"
    DROP_AND_TELL = "drop and tell"
    CLOSE = "close"


class RateLimit:
    """At most `rate` messages in any second.

    Messages over the rate are dropped, with at most one complaint a second; a client that goes on for `patience`
    seconds in a row is to be closed. A second without a dropped message ends the row.
    """

    def __init__(self, rate: int, patience: float) -> None:
        self._patience = patience
        self._rate = rate
        self._accepted: list[float] = []
        """When the last ones came, oldest first, at most `rate`: a list, as most clients send few messages in all."""
        self._row_began_at = 0.0
        self._last_drop_at: float | None = None
        self._told_at: float | None = None

    def admit(self, now: float) -> RateDecision:
        """Judge a message that came at `now` (monotonic seconds)."""
        if len(self._accepted) == self._rate:
            if now - self._accepted[0] < 1:
                return self._judge_excess(now)
            del self._accepted[0]
        self._accepted.append(now)
        return RateDecision.ACCEPT

    def _judge_excess(self, now: float) -> RateDecision:
        if self._last_drop_at is None or now - self._last_drop_at >= 1:
            self._row_began_at = now
        self._last_drop_at = now
        if now - self._row_began_at >= self._patience:
            return RateDecision.CLOSE
        if self._told_at is not None and now - self._told_at < 1:
            return RateDecision.DROP
        self._told_at = now
        return RateDecision.DROP_AND_TELL

"""How many REST requests an exchange answers: a burst, and then so many a second. Pure."""

import msgspec


class CallRate(msgspec.Struct, frozen=True, kw_only=True):
    """What is allowed; requests of all clients count together, as they come from one machine."""

    burst: int
    a_second: float


class CallLimit:
    """Counts requests against a rate. Times are readings of a monotonic clock."""

    def __init__(self, rate: CallRate, now: float) -> None:
        self._rate = rate
        self._left = float(rate.burst)
        self._counted_at = now

    def admit(self, now: float) -> bool:
        """Count a request; return false where it is one too many, which then isn't counted."""
        gained = (now - self._counted_at) * self._rate.a_second
        self._left = min(self._left + gained, float(self._rate.burst))
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

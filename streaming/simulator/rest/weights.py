"""What requests weigh in a minute, and what becomes of who asks for too much: 429, then, for going on, a ban (418).

Pure. Like the exchange it counts by address; as all clients of a simulator are on one machine, it counts them together.
"""

import msgspec

from streaming.simulator.candles.candles import DAY, MINUTE, SECOND
from streaming.simulator.rest.parameters import RestError

TOO_MANY_REQUESTS = 429
BANNED = 418
_CODE = -1003
_ADVICE = "Please use WebSocket Streams for live updates to avoid"


class BanRules(msgspec.Struct, frozen=True, kw_only=True):
    """How who doesn't wait after a 429 is banned.

    Source: Binance's documentation: bans scale for repeat offenders, from 2 minutes to 3 days.
    """

    first: float = 2 * MINUTE / SECOND
    """Seconds of the first ban; each further one is twice as long."""
    longest: float = 3 * DAY / SECOND
    """Seconds that no ban exceeds."""
    tolerated: int = 0
    """How many requests within the wait are refused with 429 again before one brings the ban."""


class RequestWeights:
    """Counts the request weight of the running minute against a limit. Times are in ms since the epoch."""

    def __init__(self, limit: int, rules: BanRules | None = None) -> None:
        self.limit = limit
        self.used = 0
        self.banned_until = 0
        self._rules = rules or BanRules()
        self._minute = 0
        self._wait_until = 0
        self._ignored = 0
        self._next_ban = self._rules.first

    def admit(self, now: int) -> None:
        """Refuse a request during a ban (418), or within the wait after a 429, which brings the ban."""
        if now < self._wait_until:
            self._ignored += 1
            if self._ignored <= self._rules.tolerated:
                raise self._too_much(now)
            self._ban(now)
        if now < self.banned_until:
            message = f"Way too much request weight used; IP banned until {self.banned_until}. {_ADVICE} bans."
            raise RestError(_CODE, message, status=BANNED, retry_after=_seconds(self.banned_until - now))

    def add(self, weight: int, now: int) -> None:
        """Count an admitted request; refuse it (429) where it exceeds the minute's limit."""
        self._turn(now)
        self.used += weight
        if self.used > self.limit:
            self._wait_until = (now // MINUTE + 1) * MINUTE
            self._ignored = 0
            raise self._too_much(now)

    def used_at(self, now: int) -> int:
        """Return the weight used in the minute of `now`."""
        self._turn(now)
        return self.used

    def _turn(self, now: int) -> None:
        minute = now // MINUTE
        if minute != self._minute:
            self._minute, self.used = minute, 0

    def _ban(self, now: int) -> None:
        self._wait_until = 0
        self.banned_until = now + round(self._next_ban * SECOND)
        self._next_ban = min(2 * self._next_ban, self._rules.longest)

    def _too_much(self, now: int) -> RestError:
        message = (
            f"Too much request weight used; current limit is {self.limit} request weight per 1 MINUTE. "
            f"{_ADVICE} polling the API."
        )
        return RestError(_CODE, message, status=TOO_MANY_REQUESTS, retry_after=_seconds(self._wait_until - now))


def _seconds(milliseconds: int) -> int:
    """Return whole seconds, rounded up."""
    return -(-milliseconds // SECOND)

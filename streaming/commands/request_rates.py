"""How often an address or a user may ask, counted in Django's cache.

In Redis, all gateways count together. The windows are the clock's own minutes, hours and days. A cache that is away
lets everybody through: it is no reason to lock users out, and a single failure is no reason to wait for it again with
each request. Of a cache over several hosts, only those are let through whose host is away.
"""

import math
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from streaming.clock import Clock, SystemClock
from streaming.commands.errors import TooMuchError
from streaming.outage import Outage

_SECONDS = {"sec": 1, "min": 60, "hour": 3600, "day": 86_400}
_UNITS = {"sec": "a second", "min": "a minute", "hour": "an hour", "day": "a day"}
_RETRY_SECONDS = 5.0


class RequestCounts:
    """Counts in the cache; while it is away, nothing is counted."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._hosts: dict[str, _Host] = {}

    def add(self, key: str, *, seconds: int, more: int = 1) -> int:
        """Count `key` so often more, and return how often it was within its window of `seconds`; 0: nobody knows."""
        host = self._host_of(key)
        if host.outage.is_on and self._clock.monotonic() < host.try_again_at:
            return 0
        try:
            cache.add(key, 0, timeout=2 * seconds)
            count = cache.incr(key, more)
        except ValueError:  # the cache has dropped the key in between
            return more
        except (RedisError, OSError) as error:
            host.outage.failed(error)
            host.try_again_at = self._clock.monotonic() + _RETRY_SECONDS
            return 0
        host.outage.worked()
        return count

    def window(self, seconds: int) -> tuple[int, float]:
        """Return the number of the current window of `seconds`, and how many of them have passed."""
        number, passed = divmod(self._clock.now_ms() / 1000, seconds)
        return int(number), passed

    def _host_of(self, key: str) -> "_Host":
        host_of: Callable[[str], str] | None = getattr(cache, "host_of", None)
        name = "" if host_of is None else host_of(key)
        return self._hosts.setdefault(name, _Host(Outage(f"cache of the throttles {name}".rstrip(), self._clock)))


class _Host:
    """Where counts are kept: all of them, or the share of one host."""

    def __init__(self, outage: Outage) -> None:
        self.outage = outage
        self.try_again_at = 0.0


request_counts = RequestCounts()


def seconds_over_rate(
    setting: str, subject: object, counts: RequestCounts = request_counts, *, counting: bool = True
) -> float:
    """Count one more of `subject`; return 0 where it is within the rate of the setting (`60/min`; empty: any number).

    Else the seconds until the next window. Without `counting` it only says what one more would get.
    """
    rate: str = getattr(settings, setting)
    if not rate:
        return 0.0
    most, _, unit = rate.partition("/")
    seconds = _SECONDS[unit]
    window, elapsed = counts.window(seconds)
    before = counts.add(f"{setting}:{window}:{subject}", seconds=seconds, more=int(counting)) - counting
    return 0.0 if before < int(most) else seconds - elapsed


def count_change(setting: str, user_id: object) -> None:
    """Count a user's change, by REST or by command; raise `TooMuchError` where it is over the rate of the setting."""
    wait = seconds_over_rate(setting, f"user:{user_id}")
    if wait:
        most, _, unit = getattr(settings, setting).partition("/")
        raise TooMuchError(f"At most {most} changes {_UNITS[unit]}", retry_after=math.ceil(wait))

"""How often an address or a user may ask, counted in Django's cache: in Redis, all gateways count together.

The windows are the clock's own minutes, hours and days. A cache that is away lets everybody through: it is no reason to
lock users out, and a single failure is no reason to wait for it again with each request.
"""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.lockout import address_of
from streaming.clock import Clock, SystemClock
from streaming.outage import Outage

_SECONDS = {"sec": 1, "min": 60, "hour": 3600, "day": 86_400}
_RETRY_SECONDS = 5.0


class RequestCounts:
    """Counts in the cache; while it is away, nothing is counted."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._outage = Outage("cache of the throttles", self._clock)
        self._try_again_at = 0.0

    def add(self, key: str, *, seconds: int) -> int:
        """Count `key`, and return how often it was counted within its window of `seconds`; 0 where nobody knows."""
        if self._outage.is_on and self._clock.monotonic() < self._try_again_at:
            return 0
        try:
            cache.add(key, 0, timeout=2 * seconds)
            count = cache.incr(key)
        except ValueError:  # the cache has dropped the key in between
            return 1
        except (RedisError, OSError) as error:
            self._outage.failed(error)
            self._try_again_at = self._clock.monotonic() + _RETRY_SECONDS
            return 0
        self._outage.worked()
        return count


class WindowThrottle(BaseThrottle):
    """At most as many requests in a window as the setting says (`60/min`); an empty setting means any number."""

    setting: str
    counts = RequestCounts()
    _wait = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request, and return whether it may pass."""
        rate: str = getattr(settings, self.setting)
        if not rate:
            return True
        most, _, unit = rate.partition("/")
        seconds = _SECONDS[unit]
        window, elapsed = divmod(time.time(), seconds)
        self._wait = seconds - elapsed
        return self.counts.add(f"{self.setting}:{int(window)}:{self.subject(request)}", seconds=seconds) <= int(most)

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self._wait

    def subject(self, request: Request) -> Any:
        """Return who is counted: the client's address."""
        return address_of(request._request)  # noqa: SLF001 - Django's own request


class TokenThrottle(WindowThrottle):
    """For `token/`, by address."""

    setting = "THROTTLE_TOKEN"


class RegisterThrottle(WindowThrottle):
    """For `register/`, by address."""

    setting = "THROTTLE_REGISTER"


class RefreshThrottle(WindowThrottle):
    """For `token/refresh/`, by address."""

    setting = "THROTTLE_REFRESH"


class TicketThrottle(WindowThrottle):
    """For tickets, by user."""

    setting = "THROTTLE_TICKET"

    def subject(self, request: Request) -> Any:
        """Return the user's id."""
        return request.user.pk

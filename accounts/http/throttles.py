"""Which requests are counted, by what, and by which setting: the client's address (of IPv6 a /64), or the user.

Requests with a password are asked about twice: before they wait for their turn, and by their view.
"""

from abc import ABC, abstractmethod
from functools import partial

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.authentication import BearerAuthentication
from accounts.log_in.lockout import address_of
from streaming.commands.request_rates import request_counts, seconds_over_rate


class WindowThrottle(BaseThrottle, ABC):
    """At most as many requests in a window as the setting says (`60/min`); an empty setting means any number."""

    counts = request_counts

    def __init__(self, setting: str) -> None:
        self.setting = setting
        self._wait = 0.0

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self._wait

    @abstractmethod
    def will_refuse(self, request: HttpRequest) -> bool:
        """Return whether the view will refuse a request, as far as is known before the database is asked."""


class AddressThrottle(WindowThrottle):
    """Counts by the client's address, and each request once."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request, and return whether it may pass."""
        return not self.will_refuse(request._request)  # noqa: SLF001 - Django's own request

    def will_refuse(self, request: HttpRequest) -> bool:
        """Count the request, unless that was done, and return whether it is one too many."""
        waits: dict[str, float] = request.__dict__.setdefault("address_waits", {})
        if self.setting not in waits:
            waits[self.setting] = seconds_over_rate(self.setting, address_of(request), self.counts)
        self._wait = waits[self.setting]
        return bool(self._wait)


class UserThrottle(WindowThrottle):
    """Counts by user, whose login is looked up by then."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request, and return whether it may pass."""
        self._wait = seconds_over_rate(self.setting, request.user.pk, self.counts)
        return not self._wait

    def will_refuse(self, request: HttpRequest) -> bool:
        """Return whether its user has none left, and count nothing: the token's login may have ended."""
        user_id = BearerAuthentication().claimed_user_id(request)
        return user_id is not None and bool(seconds_over_rate(self.setting, user_id, self.counts, counting=False))


TokenThrottle = partial(AddressThrottle, "THROTTLE_TOKEN")
"""For `token/`, and log-ins on the admin's page."""
RegisterThrottle = partial(AddressThrottle, "THROTTLE_REGISTER")
"""For `register/`."""
RefreshThrottle = partial(AddressThrottle, "THROTTLE_REFRESH")
"""For `token/refresh/`."""
PasswordResetThrottle = partial(AddressThrottle, "THROTTLE_PASSWORD_RESET")
"""For `password/reset/`."""
PasswordThrottle = partial(UserThrottle, "THROTTLE_PASSWORD")
"""For what a user needs the password for although logged in."""
ConfirmationThrottle = partial(UserThrottle, "THROTTLE_CONFIRMATION")
"""For `email/send-confirmation/`."""
TwoFactorThrottle = partial(UserThrottle, "THROTTLE_TWO_FACTOR")
"""For changes of two-factor."""
TicketThrottle = partial(UserThrottle, "THROTTLE_TICKET")
"""For tickets, and sessions of the admin."""
OwnDataThrottle = partial(UserThrottle, "THROTTLE_OWN_DATA")
"""For the file of all that a user owns."""
TimeZoneThrottle = partial(UserThrottle, "THROTTLE_TIME_ZONE")
"""For the zone in which a user is shown times."""
ApiKeyThrottle = partial(UserThrottle, "THROTTLE_API_KEY")
"""For new API keys."""

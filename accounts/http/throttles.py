"""Which requests are counted, by what, and by which setting: the client's address (of IPv6 a /64), or the user."""

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.log_in.lockout import address_of
from streaming.commands.request_rates import request_counts, seconds_over_rate


class WindowThrottle(BaseThrottle):
    """At most as many requests in a window as the setting says (`60/min`); an empty setting means any number."""

    setting: str
    counts = request_counts
    _wait = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request, and return whether it may pass."""
        return self.allows(self.subject(request))

    def allows(self, subject: object) -> bool:
        """Count a request of `subject`, and return whether it may pass."""
        self._wait = seconds_over_rate(self.setting, subject, self.counts)
        return not self._wait

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self._wait

    def subject(self, request: Request) -> object:
        """Return who is counted."""
        raise NotImplementedError


class AddressThrottle(WindowThrottle):
    """Counts by the client's address."""

    def subject(self, request: Request) -> object:
        """Return the address."""
        return address_of(request._request)  # noqa: SLF001 - Django's own request


class UserThrottle(WindowThrottle):
    """Counts by user."""

    def subject(self, request: Request) -> object:
        """Return the user's id."""
        return request.user.pk


class TokenThrottle(AddressThrottle):
    """For `token/`, and log-ins on the admin's page."""

    setting = "THROTTLE_TOKEN"


class RegisterThrottle(AddressThrottle):
    """For `register/`."""

    setting = "THROTTLE_REGISTER"


class RefreshThrottle(AddressThrottle):
    """For `token/refresh/`."""

    setting = "THROTTLE_REFRESH"


class PasswordResetThrottle(AddressThrottle):
    """For `password/reset/`."""

    setting = "THROTTLE_PASSWORD_RESET"


class PasswordThrottle(UserThrottle):
    """For what a user needs the password for although logged in."""

    setting = "THROTTLE_PASSWORD"


class ConfirmationThrottle(UserThrottle):
    """For `email/send-confirmation/`."""

    setting = "THROTTLE_CONFIRMATION"


class TwoFactorThrottle(UserThrottle):
    """For changes of two-factor."""

    setting = "THROTTLE_TWO_FACTOR"


class TicketThrottle(UserThrottle):
    """For tickets, and sessions of the admin."""

    setting = "THROTTLE_TICKET"


class ApiKeyThrottle(UserThrottle):
    """For new API keys."""

    setting = "THROTTLE_API_KEY"

"""The lock-out after failed logins: what django-axes asks of us, and what we ask of it.

It counts for a user and an address (of IPv6 a /64) together, and forgets with a login that succeeds. However somebody
spells the user name, and with the email address too, it is one user's count.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from axes.conf import settings as axes_settings
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_credentials
from axes.models import AccessAttempt
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.errors import LockedOutError
from accounts.log_in.refusal_page import refusal_page
from accounts.models import TwoFactorSecret, User
from accounts.selectors import user_by_login
from streaming.identity.addresses import network_of
from streaming.identity.http_addresses import address_of_request
from streaming.times import moment
from streaming.workers.retention import rows_delete_in_batches

_MAXIMUM_LENGTH = 255  # of axes' column


def address_of(request: HttpRequest) -> str | None:
    """Return the address under which the client is counted (see `network_of`), or None where the server knows none."""
    try:
        return str(ip_address(network_of(address_of_request(request))))
    except ValueError:  # a local socket, or a server that names its peers: no database column takes that
        return None


def canonical_login(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the one name under which failures of a login are counted; the request remembers it."""
    login = str((credentials or request.POST).get("username") or "")
    known: dict[str, str] = request.__dict__.setdefault("canonical_logins", {})
    if login not in known:
        user = user_by_login(login)
        known[login] = (user.username if user else login.strip()).lower()[:_MAXIMUM_LENGTH]
    return known[login]


def is_locked_out(request: HttpRequest) -> bool:
    """Return whether the login just tried with `request` was refused by the lock-out, or has brought it about."""
    return bool(getattr(request, "axes_locked_out", False))


def lock_out_holds(login: str, request: HttpRequest) -> bool:
    """Return whether the lock-out would refuse a login with `request`, whatever its password."""
    return bool(axes_settings.AXES_ENABLED and not AxesProxyHandler.is_allowed(request, get_credentials(login)))


def seconds_to_unlock(login: str, request: HttpRequest) -> int:
    """Return after how many seconds the user may try again from this address, rounded up, at least 1."""
    name = canonical_login(request, get_credentials(login))
    attempts = AccessAttempt.objects.filter(username=name, ip_address=address_of(request))
    latest = attempts.aggregate(latest=Max("attempt_time"))["latest"] or timezone.now()
    left: timedelta = latest + get_cool_off(request) - timezone.now()
    return max(1, math.ceil(left.total_seconds()))


def user_unlock(*, user: User) -> int:
    """Forget the failed logins of `user` from every address, and wrong codes; return from how many there were some."""
    attempts = AccessAttempt.objects.filter(username=user.username.lower())
    addresses: int = attempts.values("ip_address").distinct().count()
    attempts.delete()
    TwoFactorSecret.objects.filter(user=user).update(failures=0, tried_at=None)
    return addresses


def failures_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the failed logins that count no more; each step gives of how many rows a batch was.

    django-axes does so with each login; where nobody logs in, names and addresses would stay.
    """
    old = AccessAttempt.objects.filter(attempt_time__lt=moment(now_ms) - get_cool_off())
    yield from rows_delete_in_batches(old.order_by())


class LockoutMiddleware:
    """Shows a page with 429 to whoever is locked out of the admin; REST answers for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and replace the form that came back where the lock-out has spoken."""
        response = self._get_response(request)
        says_so = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
        if says_so or not is_locked_out(request) or request.path.startswith("/api/"):
            return response
        return refusal_page(LockedOutError(seconds_to_unlock(request.POST.get("username", ""), request)))

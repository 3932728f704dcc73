"""Whether a request with a password will be refused before that is looked at: then it needs no turn at hashing.

The view asks again and answers, so nothing is decided here but who waits.
"""

from collections.abc import Callable

import msgspec
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError, connection
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import ResolverMatch

from accounts.http.throttles import TokenThrottle, WindowThrottle
from accounts.log_in.admin_session import claimed_user
from accounts.log_in.lockout import lock_out_holds
from accounts.models import MAXIMUM_EMAIL_LENGTH
from streaming.commands.request_rates import seconds_over_rate

_API_LOG_IN, _PAGE_LOG_IN, _PAGE_PASSWORD = "accounts:token", "admin:login", "admin:password_change"
_UNREADABLE = (
    msgspec.DecodeError,
    UnicodeDecodeError,
    RecursionError,
    BadRequest,
    SuspiciousOperation,
    MultiPartParserError,
    UnreadablePostError,
)


class _LogIn(msgspec.Struct):
    username: str = ""


def is_throttled(request: HttpRequest, view: ResolverMatch) -> bool:
    """Return whether `view` will refuse it by a rate or the lock-out. It counts by address, and may ask the database.

    The thread's connection to the database is closed after it, as the thread waits for its turn next.
    """
    try:
        if view.view_name == _PAGE_PASSWORD:
            return _user_is_refused(request)
        if any(throttle().will_refuse(request) for throttle in _throttles_of(view)):
            return True
        login = _login_of(request, view)
        return bool(login) and lock_out_holds(login, request)
    except DatabaseError:  # the view meets it, too, and says so
        return False
    finally:
        connection.close()


def _user_is_refused(request: HttpRequest) -> bool:
    """Return whether the session's user may try no password now, and count nothing: the session may have ended."""
    user = claimed_user(request)
    if user is None:
        return False
    is_over_rate = bool(seconds_over_rate("THROTTLE_PASSWORD", user.pk, counting=False))
    return is_over_rate or lock_out_holds(user.username, request)


def _throttles_of(view: ResolverMatch) -> tuple[Callable[[], WindowThrottle], ...]:
    if view.view_name == _PAGE_LOG_IN:
        return (TokenThrottle,)
    case = getattr(getattr(view.func, "cls", None), "use_cases", {}).get("POST")
    return () if case is None or case.throttle is None else (case.throttle,)


def _login_of(request: HttpRequest, view: ResolverMatch) -> str:
    """Return who is to be logged in; nothing where that isn't asked, or can't be read, which the view will refuse."""
    try:
        if view.view_name == _API_LOG_IN:
            login = msgspec.json.decode(request.body, type=_LogIn).username.strip()
        else:
            login = request.POST.get("username", "").strip() if view.view_name == _PAGE_LOG_IN else ""
    except _UNREADABLE:
        return ""
    return login if len(login) <= MAXIMUM_EMAIL_LENGTH and "\0" not in login else ""

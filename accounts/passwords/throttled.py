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
from accounts.log_in.lockout import lock_out_holds
from accounts.models import MAXIMUM_EMAIL_LENGTH

_API_LOG_IN, _PAGE_LOG_IN = "accounts:token", "admin:login"
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
    if any(throttle().will_refuse(request) for throttle in _throttles_of(view)):
        return True
    login = _login_of(request, view)
    if not login:
        return False
    try:
        return lock_out_holds(login, request)
    except DatabaseError:  # the view meets it, too, and says so
        return False
    finally:
        connection.close()


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

"""One log-in for the page and the admin: who is signed in on the page gets a session of the admin for it.

The session belongs to the login on the page, and both end together: by signing out there, by logging out in the admin,
and at the latest when the login's refresh token does. Only a refresh token opens one, which an API key or a token of
another issuer never brings, and the header `Authorization`, which no form of another site can send.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.errors import ApplicationError, ErrorCode
from accounts.models import EndedLogin, User
from accounts.services import claims_of_own, login_end
from streaming.times import moment
from streaming.workers.retention import rows_delete_in_batches

_LOGIN_ID, _LOGIN_ENDS = "login_id", "login_ends"
_BACKEND = "accounts.backends.EmailOrUsernameBackend"
_ADMIN_PATH = "/admin/"


def admin_session_open(*, user: User, refresh: str, request: HttpRequest) -> None:
    """Log `user`, who shows a refresh token of the own login, into the admin, for the browser that sent `request`.

    Raise an `ApplicationError`: PERMISSION_DENIED for who is no staff, or has to turn on two-factor first, or one that
    names `refresh`, where that is no good token of the user's.
    """
    admin_access_check(user)
    claims = claims_of_own(user, refresh)
    login(request, user, backend=_BACKEND)
    request.session[_LOGIN_ID], request.session[_LOGIN_ENDS] = claims.login_id, claims.expires_at
    request.session.set_expiry(max(timedelta(seconds=1), moment(claims.expires_at) - timezone.now()))


def admin_access_check(user: User) -> None:
    """Raise an `ApplicationError`, PERMISSION_DENIED, for who is no staff, or has to turn on two-factor first."""
    if user.staff_rights_withheld:
        raise ApplicationError("Staff need two-factor here: turn it on first", code=ErrorCode.PERMISSION_DENIED)
    if not user.is_staff:
        raise ApplicationError("The admin is for staff only", code=ErrorCode.PERMISSION_DENIED)


def claimed_user(request: HttpRequest) -> User | None:
    """Return whom the session of a request names that no middleware has seen, whether its login lives or not.

    It changes nothing, where Django's own look-up may give the session another key. Two queries, or none without one.
    """
    sessions: Any = import_module(settings.SESSION_ENGINE)
    session = sessions.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user_id = session.get(SESSION_KEY)
    return None if user_id is None else User.objects.filter(pk=user_id).first()


def admin_sessions_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the sessions that have expired, which Django leaves there; each step gives how many a batch had."""
    old = Session.objects.filter(expire_date__lt=moment(now_ms))
    yield from rows_delete_in_batches(old.order_by("expire_date"))


class EndedLoginMiddleware:
    """Ends a session of the admin whose login on the page has ended. One query for a request of such a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, as nobody's where the login has ended."""
        if request.path_info.startswith(_ADMIN_PATH):
            login_id = request.session.get(_LOGIN_ID)
            if login_id and EndedLogin.objects.filter(login_id=login_id).exists():
                logout(request)
        return self._get_response(request)


@receiver(user_logged_out)
def end_the_login_on_the_page(request: HttpRequest, user: User | None, **_: Any) -> None:
    """End the login that the session was opened for, when its user logs out in the admin."""
    login_id = request.session.get(_LOGIN_ID)
    if user is not None and login_id:
        login_end(user=user, login_id=login_id, expires_at=request.session[_LOGIN_ENDS])

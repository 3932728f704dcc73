"""A user's logins: those that go on, ending one of them, or all others."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import ApplicationError, ErrorCode
from accounts.logins.recording import login_begin
from accounts.models import EndedLogin, Login, User
from accounts.services import login_end, user_log_out_everywhere
from accounts.tokens.json_web_tokens import TokenClaims, TokenPair
from streaming.times import milliseconds


def logins_of(user: User) -> Sequence[Login]:
    """Return the logins of `user` that go on and are remembered, those that were used last first."""
    ended = EndedLogin.objects.filter(login_id=OuterRef("login_id"))
    logins = user.logins.filter(generation=user.token_generation, expires_at__gt=timezone.now())
    return list(logins.exclude(Exists(ended)).order_by("-last_used_at", "-pk"))


def login_end_one(*, user: User, pk: int) -> None:
    """End one of the user's logins, as signing out there would; raise `ApplicationError` (NOT_FOUND) for any other."""
    login = next((each for each in logins_of(user) if each.pk == pk), None)
    if login is None:
        raise ApplicationError("No such session", code=ErrorCode.NOT_FOUND)
    login_end(user=user, login_id=login.login_id, expires_at=milliseconds(login.expires_at))


@transaction.atomic
def logins_end_others(*, user: User, claims: TokenClaims, request: HttpRequest) -> TokenPair:
    """End all logins of `user` but that of the token which says `claims`, which goes on with the tokens returned.

    Those that nobody remembers end, too, and so do sessions of the admin, as at a log-out everywhere. Raise an
    `ApplicationError` (PERMISSION_DENIED), and end none, for a token of another issuer: it comes from no login here.
    """
    if claims.generation is None or not claims.login_id:  # the tokens returned can be refreshed, which its own can't
        raise ApplicationError("Only a login of this platform ends the others", code=ErrorCode.PERMISSION_DENIED)
    user_log_out_everywhere(user=user)
    return login_begin(user=user, request=request, login_id=claims.login_id)

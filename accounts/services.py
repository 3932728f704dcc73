"""What changes users, or gives them something: one function a use case."""

import math
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import ApplicationError, LockedOutError, LoginRefusedError
from accounts.groups import traders_ensure
from accounts.log_in.lockout import is_locked_out, seconds_to_unlock
from accounts.logins.recording import login_begin, login_note_use
from accounts.mails.requests import mail_request_if_possible
from accounts.models import EndedLogin, Login, MailKind, Ticket, User
from accounts.tokens.json_web_tokens import TokenClaims, TokenKind, TokenPair, access_issue
from accounts.tokens.owners import user_of_token
from accounts.two_factor.checking import second_factor_check
from streaming.connections.closing import LOGGED_OUT, USER_DEACTIVATED, close_connections_of_sync
from streaming.identity.identity import AuthenticationError
from streaming.times import moment

_GIVEN_FIELDS = {"username", "email", "password"}


def registration_faults(*, username: str, email: str, password: str) -> dict[str, str]:
    """Return what is wrong with each field of a new user by itself, as sentences; whose the email is, its mail asks.

    The likeness of the password to the user's name, `user_register` checks.
    """
    faults: dict[str, list[str]] = {}
    for field, value in (("username", username), ("email", email)):
        try:
            User(**{field: value}).full_clean(exclude=_GIVEN_FIELDS - {field})
        except ValidationError as refusal:
            faults[field] = refusal.message_dict[field]
    try:
        password_validation.validate_password(password)
    except ValidationError as refusal:
        faults["password"] = refusal.messages
    return {field: " ".join(sentences) for field, sentences in faults.items()}


def user_register(*, username: str, email: str, password: str) -> User:
    """Create a user in the group `traders`; raise `ValidationError` that names every wrong field."""
    user = User(username=username, email=email)
    user.full_clean(exclude=["password"])
    try:
        password_validation.validate_password(password, user)
    except ValidationError as refusal:
        raise ValidationError({"password": refusal.error_list}) from refusal
    user.set_password(password)
    try:
        _store_trader(user)
    except IntegrityError:
        user.full_clean(exclude=["password"])  # somebody else was quicker: says whose name or address it is
        raise
    return user


@transaction.atomic
def _store_trader(user: User) -> None:
    user.save()
    user.groups.add(traders_ensure())
    mail_request_if_possible(kind=MailKind.WELCOME, email=user.email, user=user)


def token_pair_issue(*, login: str, password: str, request: HttpRequest, code: str = "") -> TokenPair:
    """Log in with a user name or an email address, and return new tokens; with two-factor it takes a `code`, too.

    Raise `LoginRefusedError` for an unknown user, a wrong password and an inactive user alike, `CodeRequiredError` and
    `CodeRefusedError` where only the code is missing or wrong, and `LockedOutError` after too many of these. `request`
    tells the lock-out who tries.
    """
    user = authenticate(request, username=login, password=password)
    if is_locked_out(request):
        raise LockedOutError(seconds_to_unlock(login, request))
    if not isinstance(user, User):
        raise LoginRefusedError
    second_factor_check(user=user, code=code, request=request)
    user_logged_in.send(sender=User, request=request, user=user)
    return login_begin(user=user, request=request)


def access_refresh(*, refresh: str, request: HttpRequest | None = None) -> str:
    """Return a new access token for a good refresh token; raise `AuthenticationError` for any other.

    `request` tells where the login is used; a call without one is a program's own.
    """
    user, claims = user_of_token(refresh, TokenKind.REFRESH)
    if request is not None:
        login_note_use(claims=claims, request=request)
    return access_issue(user=user, login_id=claims.login_id)


def token_verify(*, token: str) -> None:
    """Raise `AuthenticationError` unless `token` is a good access or refresh token."""
    user_of_token(token, *TokenKind)


def user_log_out(*, user: User, refresh: str | None = None, everywhere: bool = False) -> None:
    """End the login that `refresh` comes from, or with `everywhere`, for which it may be left out, all of `user`.

    Raise an `ApplicationError` that names `refresh`, and change nothing, for a bad token and another user's.
    """
    claims = None if refresh is None and everywhere else claims_of_own(user, refresh or "")
    if everywhere or claims is None:
        user_log_out_everywhere(user=user)
    else:
        login_end(user=user, login_id=claims.login_id, expires_at=claims.expires_at)


def claims_of_own(user: User, refresh: str) -> TokenClaims:
    """Return what a refresh token of `user` says; raise an `ApplicationError` that names `refresh` for any other."""
    try:
        owner, claims = user_of_token(refresh, TokenKind.REFRESH)
    except AuthenticationError:
        owner = None
    if owner != user:
        message = "This is no good refresh token of yours"
        raise ApplicationError(message, fields={"refresh": message})
    return claims


@transaction.atomic
def login_end(*, user: User, login_id: str, expires_at: int) -> None:
    """Refuse what comes from this login from now on, and close the connections that it logged in.

    `expires_at` is when its refresh token ends, in milliseconds since the epoch. Safe to call twice.
    """
    now = timezone.now()
    # Its last access token may be issued when the refresh token ends.
    ends = moment(expires_at) + timedelta(minutes=settings.ACCESS_TOKEN_MINUTES)
    EndedLogin.objects.filter(expires_at__lte=now).delete()
    EndedLogin.objects.get_or_create(login_id=login_id, defaults={"user": user, "expires_at": ends})
    Login.objects.filter(user=user, login_id=login_id).delete()
    Ticket.objects.filter(user=user, login_id=login_id).delete()
    _close_after_commit(user, LOGGED_OUT, login_id=login_id)


@transaction.atomic
def user_log_out_everywhere(*, user: User) -> None:
    """Refuse all tokens and tickets of `user` issued so far, and close the connections that they logged in.

    Sessions of the admin end, too.
    """
    generation = _end_generation(user)
    _close_after_commit(user, LOGGED_OUT, before_generation=generation)


def users_log_out_all(*, made_at: datetime, now: datetime) -> int:
    """Refuse all tokens issued up to now, in a database that is as it was at `made_at`; return of how many users.

    The count of log-outs goes on beyond all since: nobody logs out everywhere once a second. No connection is closed.
    """
    beyond = 1 + math.ceil((now - made_at).total_seconds())
    return User.objects.update(token_generation=F("token_generation") + beyond, logged_out_at=now)


@transaction.atomic
def user_end_deactivated(*, user: User) -> None:
    """Do the same for a user who was deactivated: no token of today will be good should the user come back."""
    _end_generation(user)
    _close_after_commit(user, USER_DEACTIVATED)


def user_end_deleted(*, user: User) -> None:
    """Close the connections of a user who was deleted, once that is committed; tokens and tickets went with the row."""
    _close_after_commit(user, USER_DEACTIVATED)


def _end_generation(user: User) -> int:
    now = timezone.now()
    users = User.objects.filter(pk=user.pk)
    users.update(token_generation=F("token_generation") + 1, logged_out_at=now)
    user.token_generation, user.logged_out_at = users.values_list("token_generation", "logged_out_at").get()
    Ticket.objects.filter(user=user).delete()
    return user.token_generation


def _close_after_commit(
    user: User, reason: str, *, before_generation: int | None = None, login_id: str | None = None
) -> None:
    close = partial(
        close_connections_of_sync, str(user.pk), reason, before_generation=before_generation, login_id=login_id
    )
    transaction.on_commit(close)

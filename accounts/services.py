"""What changes users, or gives them something: one function a use case."""

import hashlib
import secrets
from datetime import timedelta
from functools import partial

import msgspec
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import tokens
from accounts.credentials import user_of_token
from accounts.errors import ApplicationError, LockedOutError, LoginRefusedError
from accounts.groups import traders_ensure
from accounts.lockout import is_locked_out, seconds_to_unlock
from accounts.models import Ticket, User
from accounts.tokens import TokenClaims, TokenKind
from streaming.gateway.closing import LOGGED_OUT, USER_DEACTIVATED, close_connections_of_sync
from streaming.gateway.login.identity import AuthenticationError, AuthenticationFailure
from streaming.times import moment

_TICKET_BYTES = 32


class IssuedTicket(msgspec.Struct, frozen=True):
    """A ticket for one handshake, and the seconds within which it must be used."""

    ticket: str
    expires_in: int


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


def token_pair_issue(*, login: str, password: str, request: HttpRequest) -> tokens.TokenPair:
    """Log in with a user name or an email address, and return new tokens.

    Raise `LoginRefusedError` for an unknown user, a wrong password and an inactive user alike, and `LockedOutError`
    after too many of these. `request` tells the lock-out who tries.
    """
    user = authenticate(request, username=login, password=password)
    if is_locked_out(request):
        raise LockedOutError(seconds_to_unlock(login, request))
    if not isinstance(user, User):
        raise LoginRefusedError
    user_logged_in.send(sender=User, request=request, user=user)
    return tokens.pair_issue(user=user)


def access_refresh(*, refresh: str) -> str:
    """Return a new access token for a good refresh token; raise `AuthenticationError` for any other."""
    user, _ = user_of_token(refresh, TokenKind.REFRESH)
    return tokens.access_issue(user=user)


def token_verify(*, token: str) -> None:
    """Raise `AuthenticationError` unless `token` is a good access or refresh token."""
    user_of_token(token, *TokenKind)


def user_log_out(*, user: User, refresh: str) -> None:
    """Log `user` out everywhere, who shows a refresh token for it.

    Raise an `ApplicationError` that names `refresh`, and change nothing, for a bad token and another user's.
    """
    try:
        owner, _ = user_of_token(refresh, TokenKind.REFRESH)
    except AuthenticationError:
        owner = None
    if owner != user:
        message = "This is no good refresh token of yours"
        raise ApplicationError(message, fields={"refresh": message})
    user_log_out_everywhere(user=user)


@transaction.atomic
def user_log_out_everywhere(*, user: User) -> None:
    """Refuse all tokens and tickets of `user` issued so far, and close the connections that they logged in.

    Sessions of the admin end, too.
    """
    generation = _end_generation(user)
    _close_after_commit(user, LOGGED_OUT, before_generation=generation)


@transaction.atomic
def user_end_deactivated(*, user: User) -> None:
    """Do the same for a user who was deactivated: no token of today will be good should the user come back."""
    _end_generation(user)
    _close_after_commit(user, USER_DEACTIVATED)


def user_end_deleted(*, user: User) -> None:
    """Close the connections of a user who was deleted, once that is committed; tokens and tickets went with the row."""
    _close_after_commit(user, USER_DEACTIVATED)


def ticket_issue(*, user: User, claims: TokenClaims) -> IssuedTicket:
    """Return a new one-time ticket for the access token that says `claims`; it is never good for longer than that."""
    now = timezone.now()
    token_ends = moment(claims.expires_at)
    ends = min(now + timedelta(seconds=settings.TICKET_SECONDS), token_ends)
    secret = secrets.token_urlsafe(_TICKET_BYTES)
    Ticket.objects.filter(expires_at__lte=now).delete()
    Ticket.objects.create(
        digest=_digest(secret),
        user=user,
        generation=user.token_generation,
        token_expires_at=token_ends,
        expires_at=ends,
    )
    return IssuedTicket(ticket=secret, expires_in=round((ends - now).total_seconds()))


def ticket_take(*, secret: str) -> tuple[User, TokenClaims]:
    """Use up a ticket, and return whose it is and what its token said; it works once, however many try at a time.

    Raise `AuthenticationError`: FAILED for an unknown, used or expired ticket and for one from before a log-out,
    INVALID for one of an inactive user. Two queries.
    """
    ticket = Ticket.objects.select_related("user").filter(digest=_digest(secret)).first()
    if ticket is None or not _delete_first(ticket) or ticket.expires_at <= timezone.now():
        raise AuthenticationError(AuthenticationFailure.FAILED)
    user = ticket.user
    if not user.is_active:
        raise AuthenticationError(AuthenticationFailure.INVALID)
    if ticket.generation != user.token_generation:
        raise AuthenticationError(AuthenticationFailure.FAILED)
    ends = round(ticket.token_expires_at.timestamp() * 1000)
    return user, TokenClaims(user_id=str(user.pk), expires_at=ends, generation=ticket.generation)


def _delete_first(ticket: Ticket) -> bool:
    """Return whether it was us who deleted the ticket, and nobody at the same time."""
    deleted, _ = ticket.delete()
    return deleted == 1


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _end_generation(user: User) -> int:
    now = timezone.now()
    users = User.objects.filter(pk=user.pk)
    users.update(token_generation=F("token_generation") + 1, logged_out_at=now)
    user.token_generation, user.logged_out_at = users.values_list("token_generation", "logged_out_at").get()
    Ticket.objects.filter(user=user).delete()
    return user.token_generation


def _close_after_commit(user: User, reason: str, *, before_generation: int | None = None) -> None:
    close = partial(close_connections_of_sync, str(user.pk), reason, before_generation=before_generation)
    transaction.on_commit(close)

"""One-time tickets for handshakes: made for whoever has a token or an API key, and good for less long than that."""

import secrets
from datetime import timedelta

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.api_keys.services import claims_of_key, is_login_of_key, key_id_of
from accounts.models import ApiKey, EndedLogin, Ticket, User
from accounts.secret_digest import secret_digest
from accounts.tokens.json_web_tokens import TokenClaims
from accounts.two_factor.staff_rights import acting
from streaming.identity.identity import AuthenticationError, AuthenticationFailure
from streaming.times import moment

_TICKET_BYTES = 32


class IssuedTicket(msgspec.Struct, frozen=True):
    """A ticket for one handshake, and the seconds within which it must be used."""

    ticket: str
    expires_in: int


@transaction.atomic
def ticket_issue(*, user: User, claims: TokenClaims) -> IssuedTicket:
    """Return a new one-time ticket for the access token that says `claims`; it is never good for longer than that.

    Raise `AuthenticationError` (FAILED) for an API key that was revoked meanwhile.
    """
    now = timezone.now()
    token_ends = moment(claims.expires_at)
    ends = min(now + timedelta(seconds=settings.TICKET_SECONDS), token_ends)
    secret = secrets.token_urlsafe(_TICKET_BYTES)
    key = None if claims.scopes is None else _key_held(user, claims.login_id)  # before tickets, as its revocation does
    Ticket.objects.filter(expires_at__lte=now).delete()
    Ticket.objects.create(
        digest=secret_digest(secret),
        user=user,
        login_id=claims.login_id,
        key=key,
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
    tickets = Ticket.objects.select_related("user", "key").annotate(
        has_ended=Exists(EndedLogin.objects.filter(pk=OuterRef("login_id")))
    )
    ticket = tickets.filter(digest=secret_digest(secret)).first()
    if ticket is None or not _delete_first(ticket) or ticket.expires_at <= timezone.now():
        raise AuthenticationError(AuthenticationFailure.FAILED)
    user = ticket.user
    if not user.is_active:
        raise AuthenticationError(AuthenticationFailure.INVALID)
    if ticket.key is not None:
        return _user_and_claims_of_key(user, ticket.key)
    if is_login_of_key(ticket.login_id) or ticket.has_ended or ticket.generation != user.token_generation:
        raise AuthenticationError(AuthenticationFailure.FAILED)
    ends = round(ticket.token_expires_at.timestamp() * 1000)
    return acting(user), TokenClaims(
        user_id=str(user.pk), expires_at=ends, generation=ticket.generation, login_id=ticket.login_id
    )


def _key_held(user: User, login_id: str) -> ApiKey:
    """Return the key of a login, which nobody revokes before this transaction ends: its tickets go with it then."""
    key_id = key_id_of(login_id)
    key = None if key_id is None else ApiKey.objects.select_for_update().filter(user=user, pk=key_id).first()
    if key is None:
        raise AuthenticationError(AuthenticationFailure.FAILED)
    return key


def _user_and_claims_of_key(user: User, key: ApiKey) -> tuple[User, TokenClaims]:
    if key.has_expired(timezone.now()):
        raise AuthenticationError(AuthenticationFailure.FAILED)
    user.withhold_staff_rights()
    return user, claims_of_key(key)


def _delete_first(ticket: Ticket) -> bool:
    """Return whether it was us who deleted the ticket, and nobody at the same time."""
    deleted, _ = ticket.delete()
    return deleted == 1

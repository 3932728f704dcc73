"""Who is behind a token or a ticket: for the WebSocket gateway, and for REST's `Authorization: Bearer`."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from channels.db import database_sync_to_async
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.api_keys.services import keys_that_ended
from accounts.models import User
from accounts.selectors import permissions_of_users, standing_of_users
from accounts.tickets import ticket_take
from accounts.tokens.json_web_tokens import TokenClaims
from accounts.tokens.owners import user_id_of_access, user_of_access, users_of_access
from accounts.tokens.query_batching import query_batcher
from streaming.identity.identity import AuthenticationError, Credential, CredentialKind, Identity, UserStanding

_BEARER = b"bearer"
_BEARER_PARTS = 2

BEARER_CHALLENGE = 'Bearer realm="api"'
"""What every 401 carries (RFC 6750, 3)."""


async def authenticate(credential: Credential) -> Identity:
    """Return who `credential` belongs to; raise `AuthenticationError` with the reason where it logs nobody in.

    A ticket is used up by it: three queries in one trip to a thread. A token costs two, which it shares with all tokens
    that are shown while the thread is busy: after a restart everybody comes back at once.
    """
    if credential.kind is CredentialKind.TICKET:
        return await database_sync_to_async(_identity_of_ticket)(credential.secret)
    return await query_batcher(identities_of_tokens).answer(credential.secret)


async def standing_of(identities: Collection[Identity]) -> Mapping[str, UserStanding]:
    """Return how each of those who logged in stands, by the user's id; who has gone, or is inactive, is left out."""
    return await database_sync_to_async(_standing_of)(identities)


def _standing_of(identities: Collection[Identity]) -> Mapping[str, UserStanding]:
    standings = standing_of_users(identities)
    for user_id, ended in keys_that_ended(identities).items():
        if user_id in standings:
            standings[user_id] = msgspec.structs.replace(
                standings[user_id], ended_logins=standings[user_id].ended_logins | ended
            )
    return standings


def identities_of_tokens(tokens: Sequence[str]) -> list[Identity | Exception]:
    """Return for each token or API key who it belongs to, or why it logs nobody in.

    Two queries for all tokens, and as many for all keys, whose users have no rights of staff.
    """
    owners = users_of_access(tokens)
    good = [owner for owner in owners if not isinstance(owner, Exception)]
    permissions = {
        is_of_key: permissions_of_users({user for user, claims in good if (claims.scopes is not None) is is_of_key})
        for is_of_key in (False, True)
    }
    return [
        owner if isinstance(owner, Exception) else _identity(*owner, permissions[owner[1].scopes is not None])
        for owner in owners
    ]


def _identity_of_ticket(secret: str) -> Identity:
    user, claims = ticket_take(secret=secret)
    return _identity(user, claims, permissions_of_users([user]))


def _identity(user: User, claims: TokenClaims, permissions: Mapping[int, frozenset[str]]) -> Identity:
    return Identity(
        user_id=str(user.pk),
        username=user.username,
        expires_at=claims.expires_at,
        is_staff=user.is_staff,
        is_superuser=user.is_superuser,
        generation=user.token_generation,
        login_id=claims.login_id,
        scopes=claims.scopes,
        permissions=permissions[user.pk],
    )


class BearerAuthentication(BaseAuthentication):
    """REST's login: the header `Authorization: Bearer <access token or API key>`. No header: nobody; a bad one: 401."""

    def authenticate(self, request: Request) -> tuple[User, TokenClaims] | None:
        """Return the user and what the token says, None without the header; raise `AuthenticationFailed`."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != _BEARER:
            return None
        if len(parts) != _BEARER_PARTS:
            raise AuthenticationFailed("Authentication failed")
        try:
            return user_of_access(parts[1].decode("latin-1"))
        except AuthenticationError as refusal:
            raise AuthenticationFailed("Authentication failed") from refusal

    def claimed_user_id(self, request: HttpRequest) -> str | None:
        """Return whom a well-signed access token names, whether its login lives or not; None for nobody."""
        header: str = request.META.get("HTTP_AUTHORIZATION", "")
        match header.encode("latin-1").split():  # as `authenticate` reads it
            case [scheme, credentials] if scheme.lower() == _BEARER:
                return user_id_of_access(credentials.decode("latin-1"))
        return None

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that a 401 carries (RFC 6750, 3)."""
        return BEARER_CHALLENGE

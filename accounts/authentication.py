"""Who is behind a token or a ticket: for the WebSocket gateway, and for REST's `Authorization: Bearer`."""

from collections.abc import Collection, Mapping, Sequence

from channels.db import database_sync_to_async
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.credentials import user_of_token, users_of_tokens
from accounts.gathering import gathering
from accounts.models import User
from accounts.selectors import permissions_of_users, standing_of_users
from accounts.services import ticket_take
from accounts.tokens import TokenClaims, TokenKind
from streaming.gateway.login.identity import AuthenticationError, Credential, CredentialKind, Identity, UserStanding

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
    return await gathering(identities_of_tokens).answer(credential.secret)


async def standing_of(user_ids: Collection[str]) -> Mapping[str, UserStanding]:
    """Return how each of these users stands; who has gone, or is inactive, is left out. One query."""
    return await database_sync_to_async(standing_of_users)(user_ids)


def identities_of_tokens(tokens: Sequence[str]) -> list[Identity | Exception]:
    """Return for each token who it belongs to, or why it logs nobody in; two queries for all."""
    owners = users_of_tokens(tokens, TokenKind.ACCESS)
    permissions = permissions_of_users({owner[0] for owner in owners if not isinstance(owner, Exception)})
    return [owner if isinstance(owner, Exception) else _identity(*owner, permissions) for owner in owners]


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
        permissions=permissions[user.pk],
    )


class BearerAuthentication(BaseAuthentication):
    """REST's login: the header `Authorization: Bearer <access token>`. No header means nobody; a bad token is 401."""

    def authenticate(self, request: Request) -> tuple[User, TokenClaims] | None:
        """Return the user and what the token says, None without the header; raise `AuthenticationFailed`."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != _BEARER:
            return None
        if len(parts) != _BEARER_PARTS:
            raise AuthenticationFailed("Authentication failed")
        try:
            return user_of_token(parts[1].decode("latin-1"), TokenKind.ACCESS)
        except AuthenticationError as refusal:
            raise AuthenticationFailed("Authentication failed") from refusal

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that a 401 carries (RFC 6750, 3)."""
        return BEARER_CHALLENGE

"""Who is behind an access token: for the WebSocket gateway, and for REST's `Authorization: Bearer`."""

from channels.db import database_sync_to_async
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from accounts.selectors import active_user_by_id
from accounts.tokens import AccessClaims, TokenRefusedError, UserClaimMissingError, access_verify
from streaming.gateway.identity import AuthenticationError, AuthenticationFailure, Credential, CredentialKind, Identity

_BEARER = b"bearer"
_BEARER_PARTS = 2

BEARER_CHALLENGE = 'Bearer realm="api"'
"""What every 401 carries (RFC 6750, 3)."""


async def authenticate(credential: Credential) -> Identity:
    """Return who `credential` belongs to; raise `AuthenticationError` with the reason where it logs nobody in."""
    if credential.kind is not CredentialKind.TOKEN:
        raise AuthenticationError(AuthenticationFailure.FAILED)
    user, claims = await database_sync_to_async(_user_of)(credential.secret)
    return Identity(user_id=str(user.pk), username=user.username, is_staff=user.is_staff, expires_at=claims.expires_at)


class BearerAuthentication(BaseAuthentication):
    """REST's login: the header `Authorization: Bearer <access token>`. No header means nobody; a bad token is 401."""

    def authenticate(self, request: Request) -> tuple[User, AccessClaims] | None:
        """Return the user and what the token says, None without the header; raise `AuthenticationFailed`."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != _BEARER:
            return None
        if len(parts) != _BEARER_PARTS:
            raise AuthenticationFailed("Authentication failed")
        try:
            return _user_of(parts[1].decode("latin-1"))
        except AuthenticationError as refusal:
            raise AuthenticationFailed("Authentication failed") from refusal

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that a 401 carries (RFC 6750, 3)."""
        return BEARER_CHALLENGE


def _user_of(token: str) -> tuple[User, AccessClaims]:
    try:
        claims = access_verify(token)
    except TokenRefusedError as refusal:
        raise AuthenticationError(AuthenticationFailure.FAILED) from refusal
    except UserClaimMissingError as refusal:
        raise AuthenticationError(AuthenticationFailure.INVALID) from refusal
    user = active_user_by_id(claims.user_id)
    if user is None:
        raise AuthenticationError(AuthenticationFailure.INVALID)
    return user, claims

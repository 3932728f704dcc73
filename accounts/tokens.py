"""JSON Web Tokens: the only module that knows which library makes and reads them."""

from typing import Any

import msgspec
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.state import token_backend
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import User

USER_CLAIM = "userId"
_ACCESS = "access"
_MAXIMUM_LENGTH = 8192


class TokenPair(msgspec.Struct, frozen=True):
    """What a login gives: a short-lived access token, and a refresh token that gets the next one."""

    access: str
    refresh: str


class AccessClaims(msgspec.Struct, frozen=True):
    """What a good access token says: whose it is, and when it ends (milliseconds since the epoch)."""

    user_id: str
    expires_at: int


class TokenError(Exception):
    """A token that is not good.

    TokenError
    ├── TokenRefusedError       bad signature, malformed, expired, or no access token
    └── UserClaimMissingError   well signed, but it doesn't say whose it is
    """


class TokenRefusedError(TokenError):
    """The token is malformed, of another signature or algorithm, expired, without an end, or no access token."""


class UserClaimMissingError(TokenError):
    """The token is well signed and still good, but has no `userId`."""


def pair_issue(*, user: User) -> TokenPair:
    """Return new tokens of `user`; they end after the settings' ACCESS_TOKEN_MINUTES and REFRESH_TOKEN_DAYS."""
    refresh = RefreshToken.for_user(user)
    return TokenPair(access=str(refresh.access_token), refresh=str(refresh))


def access_verify(token: str) -> AccessClaims:
    """Return what `token` says; raise `TokenRefusedError` or `UserClaimMissingError`.

    Only the claim that names the user, the end and a signature of ours are asked for. A token that names its kind
    must be an access token: a refresh token logs nobody in.
    """
    payload = _signed_payload(token)
    user_id = payload.get(USER_CLAIM)
    if not isinstance(user_id, str) or not user_id:
        raise UserClaimMissingError(f"the token has no {USER_CLAIM}")
    if payload.get(api_settings.TOKEN_TYPE_CLAIM, _ACCESS) != _ACCESS:
        raise TokenRefusedError("this is no access token")
    if "exp" not in payload:
        raise TokenRefusedError("the token never expires")
    return AccessClaims(user_id=user_id, expires_at=int(payload["exp"]) * 1000)


def _signed_payload(token: str) -> dict[str, Any]:
    if not token.isascii() or len(token) > _MAXIMUM_LENGTH:
        raise TokenRefusedError("this is no token")
    try:
        # The library's annotation asks for its own class; it passes the text on to PyJWT.
        return token_backend.decode(token, verify=True)  # type: ignore[arg-type]
    # The header is read before the signature is checked, and JSON nested deep enough exhausts the stack; an end or
    # a start that is no number, or infinite, is refused by PyJWT with Python's own errors.
    except (TokenBackendError, RecursionError, TypeError, OverflowError) as refusal:
        raise TokenRefusedError(str(refusal)) from refusal

"""JSON Web Tokens: the only module that knows which library makes and reads them."""

from enum import StrEnum
from typing import Any

import jwt
import msgspec
from jwt import InvalidTokenError
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.state import token_backend
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.models import User

USER_CLAIM = "userId"
GENERATION_CLAIM = "generation"
MAXIMUM_TOKEN_LENGTH = 8192
_LATEST_END = 253_402_300_799  # the last second of the year 9999


class TokenPair(msgspec.Struct, frozen=True):
    """What a login gives: a short-lived access token, and a refresh token that gets the next one."""

    access: str
    refresh: str


class TokenKind(StrEnum):
    """What a token is for."""

    ACCESS = "access"
    REFRESH = "refresh"


class TokenClaims(msgspec.Struct, frozen=True):
    """What a good token says: whose it is, when it ends (milliseconds since the epoch), and when it was issued.

    `generation` is the number of the user's log-outs before it. One of another issuer may lack it, and `issued_at`
    (seconds since the epoch) too.
    """

    user_id: str
    expires_at: int
    generation: int | None = None
    issued_at: int | None = None


class TokenError(Exception):
    """A token that is not good.

    TokenError
    ├── TokenRefusedError       bad signature, malformed, expired, or of another kind
    └── UserClaimMissingError   well signed, but it doesn't say whose it is
    """


class TokenRefusedError(TokenError):
    """The token is malformed, of another signature or algorithm, expired, without an end, or of another kind."""


class UserClaimMissingError(TokenError):
    """The token is well signed and still good, but has no `userId`."""


def pair_issue(*, user: User) -> TokenPair:
    """Return new tokens of `user`; they end after the settings' ACCESS_TOKEN_MINUTES and REFRESH_TOKEN_DAYS."""
    return TokenPair(access=access_issue(user=user), refresh=_text(RefreshToken.for_user(user), user))


def access_issue(*, user: User) -> str:
    """Return a new access token of `user`."""
    return _text(AccessToken.for_user(user), user)


def token_read(token: str, *kinds: TokenKind) -> TokenClaims:
    """Return what a token of one of these kinds says; raise `TokenRefusedError` or `UserClaimMissingError`.

    Only the claim that names the user, the end and a signature of ours are asked for. A token that doesn't name its
    kind is one for access; a refresh token logs nobody in.
    """
    payload = _signed_payload(token)
    user_id = payload.get(USER_CLAIM)
    if not isinstance(user_id, str) or not user_id:
        raise UserClaimMissingError(f"the token has no {USER_CLAIM}")
    if payload.get(api_settings.TOKEN_TYPE_CLAIM, TokenKind.ACCESS.value) not in [kind.value for kind in kinds]:
        raise TokenRefusedError("this token is of another kind")
    if "exp" not in payload:
        raise TokenRefusedError("the token never expires")
    ends = int(payload["exp"])
    if ends > _LATEST_END:
        raise TokenRefusedError("the token ends in no year that can be written")
    return TokenClaims(
        user_id=user_id,
        expires_at=ends * 1000,
        generation=_generation(payload),
        issued_at=_issued_at(payload),
    )


def _text(token: Token, user: User) -> str:
    token[GENERATION_CLAIM] = user.token_generation
    return str(token)


def _generation(payload: dict[str, Any]) -> int | None:
    generation = payload.get(GENERATION_CLAIM)
    if generation is not None and type(generation) is not int:  # True is an int, too
        raise TokenRefusedError(f"{GENERATION_CLAIM} is no number")
    return generation


def _issued_at(payload: dict[str, Any]) -> int | None:
    """Return when it was issued. That may lie ahead, where our clock was ahead then and has been put right since."""
    if "iat" not in payload:
        return None
    try:
        return int(payload["iat"])
    except (TypeError, ValueError, OverflowError) as refusal:
        raise TokenRefusedError("iat is no time") from refusal


def _signed_payload(token: str) -> dict[str, Any]:
    if not token.isascii() or len(token) > MAXIMUM_TOKEN_LENGTH:
        raise TokenRefusedError("this is no token")
    try:
        return jwt.decode(
            token,
            token_backend.get_verifying_key(token),  # type: ignore[arg-type]  # the text will do
            algorithms=[token_backend.algorithm],
            audience=token_backend.audience,
            issuer=token_backend.issuer,
            leeway=token_backend.get_leeway(),
            options={"verify_aud": token_backend.audience is not None, "verify_iat": False},
        )
    # The header is read before the signature is checked, and JSON nested deep enough exhausts the stack; an end or
    # a start that is no number, or infinite, is refused by PyJWT with Python's own errors.
    except (InvalidTokenError, TokenBackendError, RecursionError, TypeError, OverflowError) as refusal:
        raise TokenRefusedError(str(refusal)) from refusal

"""JSON Web Tokens: the only module that knows which library makes and reads them."""

import re
import secrets
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

import jwt
import msgspec
from django.conf import settings
from jwt import InvalidSignatureError, InvalidTokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.models import MAXIMUM_LOGIN_ID_LENGTH, User
from accounts.tokens.keys import OUR_ALGORITHM, PublicKey, others_keys_for, signing_secret, verifying_secrets
from streaming.identity.scopes import Scopes

USER_CLAIM = "userId"
LOGIN_CLAIM = "sid"
"""Names the login that a token comes from (OpenID Connect Front-Channel Logout 1.0, 3: "Session ID")."""
GENERATION_CLAIM = "generation"
_OUR_CLAIMS = (api_settings.TOKEN_TYPE_CLAIM, LOGIN_CLAIM, GENERATION_CLAIM)
MAXIMUM_TOKEN_LENGTH = 8192
_LOGIN_ID_BYTES = 16
_LOGIN_ID = re.compile(rf"[\w-]{{0,{MAXIMUM_LOGIN_ID_LENGTH}}}", re.ASCII)
LATEST_END = 253_402_300_799  # the last second of the year 9999


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

    `login_id` names the login that it comes from, whose tokens end together; `generation` is the number of times that
    the user was logged out everywhere before it. One of another issuer may lack both (an empty `login_id`), and
    `issued_at` (seconds since the epoch) too. `scopes` are those of an API key, which says the same.
    """

    user_id: str
    expires_at: int
    generation: int | None = None
    issued_at: int | None = None
    login_id: str = ""
    scopes: Scopes = None


class TokenError(Exception):
    """A token that is not good.

    TokenError
    ├── TokenRefusedError       bad signature, malformed, expired, of another kind, or of an issuer that isn't let in
    └── UserClaimMissingError   well signed, but it doesn't say whose it is
    """


class TokenRefusedError(TokenError):
    """The token is malformed, of another signature or algorithm, expired, without an end, or of another kind."""


class UserClaimMissingError(TokenError):
    """The token is well signed and still good, but has no `userId`."""


def pair_issue(*, user: User, login_id: str = "") -> TokenPair:
    """Return tokens of a login of `user`, or of a new one; ACCESS_TOKEN_MINUTES, REFRESH_TOKEN_DAYS say their ends."""
    login_id = login_id or new_login_id()
    refresh = _text(RefreshToken.for_user(user), user, login_id)
    return TokenPair(access=access_issue(user=user, login_id=login_id), refresh=refresh)


def access_issue(*, user: User, login_id: str | None = None) -> str:
    """Return a new access token of one of the user's logins, or of a new one."""
    return _text(AccessToken.for_user(user), user, new_login_id() if login_id is None else login_id)


def new_login_id() -> str:
    """Return the name of a new login, which nobody can guess."""
    return secrets.token_urlsafe(_LOGIN_ID_BYTES)


def token_read(token: str, *kinds: TokenKind) -> TokenClaims:
    """Return what a token of one of these kinds says; raise `TokenRefusedError` or `UserClaimMissingError`.

    One of ours names its kind, its login and its generation. Of another issuer, whom JWT_EXTERNAL lets in, only the
    claim that names the user, the end and a good signature are asked for, and what JWT_ISSUER and JWT_AUDIENCE say; it
    is one for access.
    """
    payload, is_by_public_key = _signed_payload(token)
    user_id = payload.get(USER_CLAIM)
    if not isinstance(user_id, str) or not user_id:
        raise UserClaimMissingError(f"the token has no {USER_CLAIM}")
    if payload.get(api_settings.TOKEN_TYPE_CLAIM, TokenKind.ACCESS.value) not in [kind.value for kind in kinds]:
        raise TokenRefusedError("this token is of another kind")
    is_ours = not is_by_public_key and all(payload.get(claim) not in (None, "") for claim in _OUR_CLAIMS)
    if not is_ours:
        _refuse_unless_external(payload, kinds)
    return TokenClaims(
        user_id=user_id,
        expires_at=_end(payload) * 1000,
        generation=None if is_by_public_key else _generation(payload),
        issued_at=_issued_at(payload),
        login_id="" if is_by_public_key else _login_id(payload),
    )


def _refuse_unless_external(payload: dict[str, Any], kinds: Collection[TokenKind]) -> None:
    if not settings.JWT_EXTERNAL:
        raise TokenRefusedError("this token is of another issuer")
    is_for_access = payload.get(api_settings.TOKEN_TYPE_CLAIM, TokenKind.ACCESS.value) == TokenKind.ACCESS.value
    if TokenKind.ACCESS not in kinds or not is_for_access:
        raise TokenRefusedError("a token of another issuer is one for access")
    if settings.JWT_ISSUER and payload.get("iss") != settings.JWT_ISSUER:
        raise TokenRefusedError("this token is of an issuer that isn't known")
    audience = payload.get("aud")
    if settings.JWT_AUDIENCE and settings.JWT_AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise TokenRefusedError("this token is for somebody else")


def _text(token: Token, user: User, login_id: str) -> str:
    token[GENERATION_CLAIM] = user.token_generation
    token[LOGIN_CLAIM] = login_id
    return jwt.encode(token.payload, signing_secret(), algorithm=OUR_ALGORITHM)


def _end(payload: dict[str, Any]) -> int:
    if "exp" not in payload:
        raise TokenRefusedError("the token never expires")
    end = int(payload["exp"])
    if end > LATEST_END:
        raise TokenRefusedError("the token ends in no year that can be written")
    return end


def _login_id(payload: dict[str, Any]) -> str:
    login_id = payload.get(LOGIN_CLAIM, "")
    if not isinstance(login_id, str) or not _LOGIN_ID.fullmatch(login_id):
        raise TokenRefusedError(f"{LOGIN_CLAIM} names no login")
    return login_id


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


def _signed_payload(token: str) -> tuple[dict[str, Any], bool]:
    """Return the claims of a token that is well signed and not expired, and whether a public key verified it."""
    if not token.isascii() or len(token) > MAXIMUM_TOKEN_LENGTH:
        raise TokenRefusedError("this is no token")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm == OUR_ALGORITHM:
            return _verified(token, OUR_ALGORITHM, verifying_secrets()), False
        keys = others_keys_for(algorithm, header.get("kid")) if settings.JWT_EXTERNAL else []
        return _verified(token, str(algorithm), keys), True
    # The header is read before the signature is checked, and JSON nested deep enough exhausts the stack; an end or
    # a start that is no number, or infinite, is refused by PyJWT with Python's own errors.
    except (InvalidTokenError, RecursionError, TypeError, OverflowError) as refusal:
        raise TokenRefusedError(str(refusal)) from refusal


def _verified(token: str, algorithm: str, keys: Sequence[bytes | PublicKey]) -> dict[str, Any]:
    """Return the claims by the first of the keys that signed it; an algorithm without a key is refused."""
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=[algorithm], options={"verify_aud": False, "verify_iat": False})
        except InvalidSignatureError:
            continue
    raise TokenRefusedError("no key of ours verifies this token")

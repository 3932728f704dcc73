"""Whose a token is: its claims, set against the user as the database has it now."""

from collections.abc import Sequence

from accounts.models import User
from accounts.selectors import active_user_by_id, active_users_by_id
from accounts.tokens import TokenClaims, TokenKind, TokenRefusedError, UserClaimMissingError, token_read
from streaming.gateway.login.identity import AuthenticationError, AuthenticationFailure

Owner = tuple[User, TokenClaims]


def user_of_token(token: str, *kinds: TokenKind) -> Owner:
    """Return the active user whom a token of one of these kinds belongs to, and what it says.

    Raise `AuthenticationError`: FAILED for a bad or expired token, one of another kind, or one from before the user's
    last log-out; INVALID for one of nobody, or of an inactive user. One query.
    """
    claims = _claims_of(token, *kinds)
    return _owner(active_user_by_id(claims.user_id), claims)


def users_of_tokens(tokens: Sequence[str], *kinds: TokenKind) -> list[Owner | Exception]:
    """Return for each token what `user_of_token` would return or raise. One query for all of them."""
    read = [_claims_or_error(token, *kinds) for token in tokens]
    users = active_users_by_id({claims.user_id for claims in read if isinstance(claims, TokenClaims)})
    return [
        _owner_or_error(users.get(claims.user_id), claims) if isinstance(claims, TokenClaims) else claims
        for claims in read
    ]


def _claims_of(token: str, *kinds: TokenKind) -> TokenClaims:
    try:
        return token_read(token, *kinds)
    except TokenRefusedError as refusal:
        raise AuthenticationError(AuthenticationFailure.FAILED) from refusal
    except UserClaimMissingError as refusal:
        raise AuthenticationError(AuthenticationFailure.INVALID) from refusal


def _claims_or_error(token: str, *kinds: TokenKind) -> TokenClaims | Exception:
    """Return the error instead of raising it, whatever it is: one bad token must not cost the others their login."""
    try:
        return _claims_of(token, *kinds)
    except Exception as error:  # noqa: BLE001 - handed on to whoever showed the token
        return error


def _owner(user: User | None, claims: TokenClaims) -> Owner:
    if user is None:
        raise AuthenticationError(AuthenticationFailure.INVALID)
    if not _is_after_the_last_log_out(claims, user):
        raise AuthenticationError(AuthenticationFailure.FAILED)
    return user, claims


def _owner_or_error(user: User | None, claims: TokenClaims) -> Owner | Exception:
    try:
        return _owner(user, claims)
    except AuthenticationError as error:
        return error


def _is_after_the_last_log_out(claims: TokenClaims, user: User) -> bool:
    """Compare the generations; of another issuer, who tells none, the times."""
    if claims.generation is not None:
        return claims.generation == user.token_generation
    if user.logged_out_at is None or claims.issued_at is None:
        return user.token_generation == 0
    return claims.issued_at > user.logged_out_at.timestamp()

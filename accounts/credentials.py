"""Whose a token is: its claims, set against the user as the database has it now."""

from accounts.models import User
from accounts.selectors import active_user_by_id
from accounts.tokens import TokenClaims, TokenKind, TokenRefusedError, UserClaimMissingError, token_read
from streaming.gateway.login.identity import AuthenticationError, AuthenticationFailure


def user_of_token(token: str, *kinds: TokenKind) -> tuple[User, TokenClaims]:
    """Return the active user whom a token of one of these kinds belongs to, and what it says.

    Raise `AuthenticationError`: FAILED for a bad or expired token, one of another kind, or one from before the user's
    last log-out; INVALID for one of nobody, or of an inactive user. One query.
    """
    try:
        claims = token_read(token, *kinds)
    except TokenRefusedError as refusal:
        raise AuthenticationError(AuthenticationFailure.FAILED) from refusal
    except UserClaimMissingError as refusal:
        raise AuthenticationError(AuthenticationFailure.INVALID) from refusal
    user = active_user_by_id(claims.user_id)
    if user is None:
        raise AuthenticationError(AuthenticationFailure.INVALID)
    if not _is_after_the_last_log_out(claims, user):
        raise AuthenticationError(AuthenticationFailure.FAILED)
    return user, claims


def _is_after_the_last_log_out(claims: TokenClaims, user: User) -> bool:
    """Compare the generations; of another issuer, who tells none, the times."""
    if claims.generation is not None:
        return claims.generation == user.token_generation
    if user.logged_out_at is None or claims.issued_at is None:
        return user.token_generation == 0
    return claims.issued_at > user.logged_out_at.timestamp()

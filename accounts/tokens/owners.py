"""Whose a token is: its claims, set against the user as the database has it now."""

from collections.abc import Collection, Sequence

from accounts.api_keys.services import is_api_key, users_of_keys
from accounts.models import User
from accounts.selectors import active_users_and_ended_logins
from accounts.tokens.json_web_tokens import TokenClaims, TokenKind, TokenRefusedError, UserClaimMissingError, token_read
from accounts.two_factor.staff_rights import acting
from streaming.identity.identity import AuthenticationError, AuthenticationFailure

Owner = tuple[User, TokenClaims]


def user_of_access(text: str) -> Owner:
    """Return the user whom an access token or an API key belongs to, as `user_of_token` does."""
    [owner] = users_of_access([text])
    if isinstance(owner, Exception):
        raise owner
    return owner


def user_id_of_access(text: str) -> str | None:
    """Return whom a well-signed access token names, without asking the database; None for what isn't one."""
    claims = _claims_or_error(text, TokenKind.ACCESS)
    return claims.user_id if isinstance(claims, TokenClaims) else None


def users_of_access(texts: Sequence[str]) -> list[Owner | Exception]:
    """Return for each access token or API key what `user_of_access` would. A query for the tokens, one for the keys."""
    tokens, keys = ([text for text in texts if is_api_key(text) is is_key] for is_key in (False, True))
    owners = {False: iter(users_of_tokens(tokens, TokenKind.ACCESS)), True: iter(users_of_keys(keys))}
    return [next(owners[is_api_key(text)]) for text in texts]


def user_of_token(token: str, *kinds: TokenKind) -> Owner:
    """Return the active user whom a token of one of these kinds belongs to, with the rights that count, and its claims.

    Raise `AuthenticationError`: FAILED for a bad or expired token, one of another kind, or one of a login that has
    ended; INVALID for one of nobody, or of an inactive user. One query.
    """
    [owner] = users_of_tokens([token], *kinds)
    if isinstance(owner, Exception):
        raise owner
    return owner


def users_of_tokens(tokens: Sequence[str], *kinds: TokenKind) -> list[Owner | Exception]:
    """Return for each token what `user_of_token` would return or raise. One query for all of them."""
    read = [_claims_or_error(token, *kinds) for token in tokens]
    good = [claims for claims in read if isinstance(claims, TokenClaims)]
    users, ended = active_users_and_ended_logins(
        {claims.user_id for claims in good}, {claims.login_id for claims in good if claims.login_id}
    )
    return [
        _owner_or_error(users.get(claims.user_id), claims, ended) if isinstance(claims, TokenClaims) else claims
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


def _owner_or_error(user: User | None, claims: TokenClaims, ended_logins: Collection[str]) -> Owner | Exception:
    if user is None:
        return AuthenticationError(AuthenticationFailure.INVALID)
    if claims.login_id in ended_logins or not _is_after_the_last_log_out(claims, user):
        return AuthenticationError(AuthenticationFailure.FAILED)
    return acting(user), claims


def _is_after_the_last_log_out(claims: TokenClaims, user: User) -> bool:
    """Compare the generations; of another issuer, who tells none, the times."""
    if claims.generation is not None:
        return claims.generation == user.token_generation
    if user.logged_out_at is None or claims.issued_at is None:
        return user.token_generation == 0
    return claims.issued_at > user.logged_out_at.timestamp()

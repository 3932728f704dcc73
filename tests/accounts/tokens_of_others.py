"""Tokens as somebody else might make them: signed by hand, with any claims, key and algorithm."""

import time
from typing import Any

import jwt

from accounts.tokens.keys import signing_secret

OTHER_KEY = "a key that is not the platform's, though long enough"


def signed(claims: dict[str, Any], *, key: Any = None, algorithm: str = "HS256") -> str:
    """Return a token with exactly `claims`, signed with the platform's key unless another is given."""
    return jwt.encode(claims, signing_secret() if key is None else key, algorithm=algorithm)


def claims_of(user_id: Any, **others: Any) -> dict[str, Any]:
    """Return the claims that an access token of ours has for `user_id`, good for another minute."""
    ours = {"token_type": "access", "jti": "1", "sid": "a-login", "generation": 0}
    return {**claims_of_another_issuer(user_id), **ours, **others}


def claims_of_another_issuer(user_id: Any, **others: Any) -> dict[str, Any]:
    """Return the least that another service's token says for `user_id`, good for another minute."""
    return {"userId": user_id, "exp": int(time.time()) + 60, **others}

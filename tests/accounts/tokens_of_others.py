"""Tokens as somebody else might make them: signed by hand, with any claims, key and algorithm."""

import time
from typing import Any

import jwt
from django.conf import settings

OTHER_KEY = "a key that is not the platform's, though long enough"


def signed(claims: dict[str, Any], *, key: str | None = None, algorithm: str = "HS256") -> str:
    """Return a token with exactly `claims`, signed with the platform's key unless another is given."""
    return jwt.encode(claims, settings.SECRET_KEY if key is None else key, algorithm=algorithm)


def claims_of(user_id: Any, **others: Any) -> dict[str, Any]:
    """Return the claims of an access token of `user_id` that is good for another minute."""
    return {"userId": user_id, "token_type": "access", "exp": int(time.time()) + 60, "jti": "1", **others}

"""Until when a token is good, and when to renew it. Pure. Nothing here trusts the token: the server does that."""

import base64
import binascii
from typing import Any

import msgspec

_RENEWED_AFTER = 0.8
"""The part of its life after which a token is renewed."""
_LATEST = 1.0
_AGAIN_AFTER = 5.0
_LAST_SECOND = 2**53
_SHORTEST_WAIT = 0.25
"""Seconds: a function that gives tokens which are about to end is not asked more often than this."""
_SHORTEST_AFTER_FAILURE = 1.0


def expiry_in(token: str) -> float | None:
    """Return the claim `exp` of a JWT, in seconds since the epoch; None where there is none to read."""
    exp = _claims(token).get("exp")
    if not isinstance(exp, int | float) or isinstance(exp, bool) or abs(exp) > _LAST_SECOND:
        return None
    return float(exp)


def user_in(token: str) -> str | None:
    """Return the claim `userId` of a JWT; None where there is none to read."""
    user = _claims(token).get("userId")
    return user if isinstance(user, str) else None


def renewal_wait(expires_at: float, now: float, *, has_failed: bool = False) -> float:
    """Return how many seconds from `now` a token that ends at `expires_at` is to be renewed.

    At 80 % of what is left of its life, and at least 1 s before its end; where that `has_failed`, in 5 s at the latest
    and in 1 s at the soonest.
    """
    left = expires_at - now
    wait = max(_SHORTEST_WAIT, min(left * _RENEWED_AFTER, left - _LATEST))
    return max(_SHORTEST_AFTER_FAILURE, min(wait, _AGAIN_AFTER)) if has_failed else wait


def clock_ahead(former: float, apparent: float, took: float) -> float:
    """Return by how many seconds this machine's clock is ahead of the server's: as near to `former` as can be.

    By the server's last answer it seems to be `apparent`; but that `took` a while, and nobody knows in which part of it
    the server told its time.
    """
    return min(max(former, apparent - took), apparent)


def _claims(token: str) -> dict[str, Any]:
    try:
        payload = token.split(".")[1]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error, msgspec.DecodeError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}

"""Tokens of a gateway in this process, for as many seconds as a test likes."""

import time

from asgiref.sync import sync_to_async

from accounts.models import User
from tests.accounts.tokens_of_others import claims_of, signed


@sync_to_async
def user_made(name: str) -> User:
    """Make a user, with a password that nobody knows."""
    return User.objects.create_user(name, f"{name}@example.com", None)


def token_of(user: User, seconds: float) -> str:
    """Return an access token of `user` that is good for `seconds` from now, up to a second less."""
    return signed(claims_of(str(user.pk), exp=int(time.time() + seconds)))

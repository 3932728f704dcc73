"""Tokens of a gateway in this process, for as many seconds as a test likes."""

from datetime import timedelta

from asgiref.sync import sync_to_async
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User


@sync_to_async
def user_made(name: str) -> User:
    """Make a user, with a password that nobody knows."""
    return User.objects.create_user(name, f"{name}@example.com", None)


def token_of(user: User, seconds: float) -> str:
    """Return an access token of `user` that is good for `seconds` from now, up to a second less."""
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=timedelta(seconds=seconds))
    return str(token)

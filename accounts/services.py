"""What changes users, or gives them something: one function a use case."""

from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.http import HttpRequest

from accounts import tokens
from accounts.errors import LoginRefusedError
from accounts.models import User


def token_pair_issue(*, login: str, password: str, request: HttpRequest | None = None) -> tokens.TokenPair:
    """Log in with a user name or an email address, and return new tokens.

    Raise `LoginRefusedError` for an unknown user, a wrong password and an inactive user alike. `request` is passed to
    the authentication backends.
    """
    user = authenticate(request, username=login, password=password)
    if not isinstance(user, User):
        raise LoginRefusedError
    update_last_login(User, user)
    return tokens.pair_issue(user=user)

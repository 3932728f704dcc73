"""How a password logs somebody in, for REST and the admin alike: first the lock-out is asked, then the password.

Sessions of the admin hold the dotted path of the backend: they would all end if it moved.
"""

from typing import Any

from asgiref.sync import sync_to_async
from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User
from accounts.selectors import user_by_login
from accounts.two_factor.staff_rights import acting, permissions_that_count


class LockoutBackend(AxesStandaloneBackend):  # type: ignore[misc]  # axes has no types
    """Stops whoever is locked out before a password is looked at, so that the answer says nothing about it."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Raise `PermissionDenied`, which ends the login, for a user who is locked out where `request` comes from.

        A call without a request is a program's own, not a login: nobody is locked out of it.
        """
        if request is not None:
            super().authenticate(request, **credentials)

    async def aauthenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Do the same for asynchronous callers."""
        await sync_to_async(self.authenticate)(request, **credentials)


class EmailOrUsernameBackend(ModelBackend):
    """Django's own backend, which also takes an email address for the user name.

    Whoever is refused waits for one password hash, so that the time doesn't tell whether the user exists.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the active user with this name or email address and password, else None."""
        if username is None or password is None:
            return None
        user = user_by_login(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        """Return whose session of the admin it is, with the rights that count now."""
        user = super().get_user(user_id)
        return acting(user) if isinstance(user, User) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the permissions that count now; all questions for one come here."""
        held = super().get_all_permissions(user_obj, obj)
        return set(permissions_that_count(user_obj, held)) if isinstance(user_obj, User) else held

    async def aauthenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Do the same for asynchronous callers."""
        return await sync_to_async(self.authenticate)(request, username=username, password=password, **kwargs)

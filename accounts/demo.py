"""The demo's users, whose passwords everybody knows."""

import msgspec
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from accounts.errors import DemoUsersRefusedError
from accounts.groups import traders_ensure
from accounts.models import User
from accounts.two_factor.services import two_factor_turn_off


class DemoUser(msgspec.Struct, frozen=True):
    """A user of the demo; the password is the name."""

    username: str
    is_administrator: bool

    @property
    def email(self) -> str:
        """An address that can't belong to anybody (RFC 2606, 2)."""
        return f"{self.username}@demo.invalid"


DEMO_USERS = (DemoUser("demo", is_administrator=False), DemoUser("admin", is_administrator=True))


@transaction.atomic
def demo_users_ensure() -> None:
    """Create `demo` and `admin` (a superuser), both in the group `traders`, or put them back as they should be.

    Raise `DemoUsersRefusedError` in production.
    """
    if settings.ENVIRONMENT == "production":
        raise DemoUsersRefusedError("The demo's users have known passwords; production does without them")
    for demo_user in DEMO_USERS:
        _ensure(demo_user)


def users_with_known_passwords() -> list[str]:
    """Return the names of those users of the demo that exist with their password of the demo.

    It reads only what every version of the table has, so that a database that isn't up to date can be asked too.
    """
    stored = dict(
        User.objects.filter(username__in=[each.username for each in DEMO_USERS]).values_list("username", "password")
    )
    return [name for name, encoded in sorted(stored.items()) if check_password(name, encoded)]


def _ensure(demo_user: DemoUser) -> None:
    user, _ = User.objects.update_or_create(
        username=demo_user.username,
        defaults={
            "email": demo_user.email,
            "is_active": True,
            "is_staff": demo_user.is_administrator,
            "is_superuser": demo_user.is_administrator,
        },
    )
    if user.email_confirmed_at is None:
        user.email_confirmed_at = timezone.now()
        user.save(update_fields=["email_confirmed_at"])
    if not user.check_password(demo_user.username):  # a new hash would end the user's sessions of the admin
        user.set_password(demo_user.username)
        user.save(update_fields=["password"])
    if user.two_factor_since is not None:
        two_factor_turn_off(user=user)
    user.groups.add(traders_ensure())

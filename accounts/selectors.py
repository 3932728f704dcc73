"""What others read of users."""

from collections.abc import Collection
from datetime import UTC

import msgspec
from django.db.models import Value
from django.db.models.functions import Lower

from accounts.models import User
from streaming.gateway.login.identity import UserStanding

_MAXIMUM_ID_DIGITS = 18  # below 2**63, which is what the database holds


class UserProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a user is shown of oneself; `date_joined` is ISO 8601 with milliseconds, in UTC."""

    user_id: str
    username: str
    email: str
    is_staff: bool
    is_superuser: bool
    groups: list[str]
    permissions: list[str]
    date_joined: str


def user_by_login(login: str) -> User | None:
    """Return the user whose user name or email address is `login`, in any case; None where there is none.

    A user name holds no `@` and an email address always does, so one text never names two users.
    """
    field = "email" if "@" in login else "username"
    return User.objects.alias(folded=Lower(field)).filter(folded=Lower(Value(login))).first()


def active_user_by_id(user_id: str) -> User | None:
    """Return the active user with this id (decimal digits, as a token's `userId` carries them), else None."""
    if not (user_id.isascii() and user_id.isdecimal() and len(user_id) <= _MAXIMUM_ID_DIGITS):
        return None
    return User.objects.filter(pk=int(user_id), is_active=True).first()


def standing_of_users(user_ids: Collection[str]) -> dict[str, UserStanding]:
    """Return how the active ones of these users stand; the ids are those of users, in decimal digits."""
    rows = User.objects.filter(pk__in=[int(user_id) for user_id in user_ids], is_active=True)
    return {
        str(pk): UserStanding(generation=generation, is_staff=is_staff, is_superuser=is_superuser)
        for pk, generation, is_staff, is_superuser in rows.values_list(
            "pk", "token_generation", "is_staff", "is_superuser"
        )
    }


def user_profile(user: User) -> UserProfile:
    """Return what `user` is shown of oneself; groups and permissions are sorted."""
    joined = user.date_joined.astimezone(UTC).replace(tzinfo=None)
    return UserProfile(
        user_id=str(user.pk),
        username=user.username,
        email=user.email,
        is_staff=user.is_staff,
        is_superuser=user.is_superuser,
        groups=sorted(user.groups.values_list("name", flat=True)),
        permissions=sorted(user.get_all_permissions()),
        date_joined=f"{joined.isoformat(timespec='milliseconds')}Z",
    )

"""What others read of users."""

from collections.abc import Collection, Iterable
from datetime import UTC

import msgspec
from django.contrib.auth.models import Permission
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
    return User.objects.filter(pk=int(user_id), is_active=True).first() if _is_id(user_id) else None


def active_users_by_id(user_ids: Collection[str]) -> dict[str, User]:
    """Return the active users with these ids (as `active_user_by_id` takes them), by the ids as given. One query."""
    numbers = {user_id: int(user_id) for user_id in user_ids if _is_id(user_id)}
    users = User.objects.filter(is_active=True).in_bulk(list(set(numbers.values()))) if numbers else {}
    return {user_id: users[number] for user_id, number in numbers.items() if number in users}


def permissions_of_users(users: Collection[User]) -> dict[int, frozenset[str]]:
    """Return the permissions of active users by primary key, their groups' among them, as `get_all_permissions` does.

    One query for all; a superuser, who holds every permission there is, costs those of `get_all_permissions`.
    """
    held: dict[int, set[str]] = {user.pk: user.get_all_permissions() for user in users if user.is_superuser}
    others = [user.pk for user in users if not user.is_superuser]
    held.update({pk: set() for pk in others})
    for pk, application, name in _permissions_of(others):
        held[pk].add(f"{application}.{name}")
    return {pk: frozenset(names) for pk, names in held.items()}


def _permissions_of(user_ids: Collection[int]) -> Iterable[tuple[int, str, str]]:
    if not user_ids:
        return ()
    columns = ("content_type__app_label", "codename")
    own = Permission.objects.filter(user__in=user_ids).order_by().values_list("user", *columns)
    groups = Permission.objects.filter(group__user__in=user_ids).order_by().values_list("group__user", *columns)
    return own.union(groups)


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


def _is_id(user_id: str) -> bool:
    return user_id.isascii() and user_id.isdecimal() and len(user_id) <= _MAXIMUM_ID_DIGITS

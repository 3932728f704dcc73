"""What others read of users."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import CharField, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Lower

from accounts.models import User
from accounts.two_factor.staff_rights import acting, permissions_that_count
from streaming.identity.identity import Identity, UserStanding
from streaming.times import iso_time, milliseconds

_MAXIMUM_ID_DIGITS = 18  # below 2**63, which is what the database holds


class TwoFactor(StrEnum):
    """How two-factor of a user stands; `required`: a member of staff has no staff's rights before it is on."""

    OFF = "off"
    ON = "on"
    REQUIRED = "required"


class UserProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a user is shown of oneself; `date_joined` is ISO 8601 with milliseconds, in UTC.

    `time_zone` is the one that was chosen, empty for that of the device; `device_time_zone` is which that was last.
    """

    user_id: str
    username: str
    email: str
    email_confirmed: bool
    is_staff: bool
    is_superuser: bool
    groups: list[str]
    permissions: list[str]
    two_factor: TwoFactor
    date_joined: str
    time_zone: str
    device_time_zone: str


def user_by_login(login: str) -> User | None:
    """Return the user whose user name or email address is `login`, in any case; None where there is none.

    A user name holds no `@` and an email address always does, so one text is never a name and an address. An address
    is that of whoever has confirmed it; while nobody has, of the first who claimed it, where the setting
    LOGIN_BY_UNCONFIRMED_EMAIL lets it.
    """
    if "@" not in login:
        return User.objects.alias(folded=Lower("username")).filter(folded=Lower(Value(login))).first()
    users = users_by_email(login)
    if not settings.LOGIN_BY_UNCONFIRMED_EMAIL:
        users = users.filter(email_confirmed_at__isnull=False)
    return users.first()


def users_by_email(email: str) -> QuerySet[User]:
    """Return who has this address, in any case: who has confirmed it, then those who claim it, oldest first."""
    users = User.objects.alias(folded=Lower("email")).filter(folded=Lower(Value(email)))
    return users.order_by(F("email_confirmed_at").asc(nulls_last=True), "pk")


def active_users_by_id(user_ids: Collection[str]) -> dict[str, User]:
    """Return the active users with these ids (decimal digits, as a token's `userId` carries them), by the ids as given.

    One query.
    """
    users, _ = active_users_and_ended_logins(user_ids, ())
    return users


def active_users_and_ended_logins(
    user_ids: Collection[str], login_ids: Collection[str]
) -> tuple[dict[str, User], frozenset[str]]:
    """Return the active users with these ids by the ids as given, and which of these logins of theirs were ended.

    The ids are as `active_users_by_id` takes them. One query for all.
    """
    numbers = {user_id: int(user_id) for user_id in user_ids if _is_id(user_id)}
    if not numbers:
        return {}, frozenset()
    found = User.objects.filter(is_active=True, pk__in=set(numbers.values()))
    rows = list(_with_ended_logins(found, login_ids))
    users = {user.pk: user for user in rows}
    ended = frozenset(user.ended_login for user in rows if user.ended_login is not None)
    return {user_id: users[number] for user_id, number in numbers.items() if number in users}, ended


def _with_ended_logins(users: QuerySet[User], login_ids: Collection[str]) -> QuerySet[Any]:
    """Add to each user, as `ended_login`, which of these logins was ended; several make several rows."""
    if not login_ids:
        return users.annotate(ended_login=Value(None, output_field=CharField()))
    of_these = FilteredRelation("ended_logins", condition=Q(ended_logins__pk__in=set(login_ids)))
    return users.annotate(of_these=of_these).annotate(ended_login=F("of_these__pk"))


def permissions_of_users(users: Collection[User]) -> dict[int, frozenset[str]]:
    """Return the permissions of active users by primary key, their groups' among them, as `get_all_permissions` does.

    One query for all; a superuser, who holds every permission there is, costs those of `get_all_permissions`.
    """
    held: dict[int, set[str]] = {user.pk: user.get_all_permissions() for user in users if user.is_superuser}
    others = [user.pk for user in users if not user.is_superuser]
    held.update({pk: set() for pk in others})
    for pk, application, name in _permissions_of(others):
        held[pk].add(f"{application}.{name}")
    return {user.pk: permissions_that_count(user, held[user.pk]) for user in users}


def _permissions_of(user_ids: Collection[int]) -> Iterable[tuple[int, str, str]]:
    if not user_ids:
        return ()
    columns = ("content_type__app_label", "codename")
    own = Permission.objects.filter(user__in=user_ids).order_by().values_list("user", *columns)
    groups = Permission.objects.filter(group__user__in=user_ids).order_by().values_list("group__user", *columns)
    return own.union(groups)


def standing_of_users(identities: Collection[Identity]) -> dict[str, UserStanding]:
    """Return by the user's id how the active ones of those who logged in stand.

    One query, and another where staff are among them.
    """
    login_ids = {identity.login_id for identity in identities if identity.login_id}
    found = User.objects.filter(pk__in={int(identity.user_id) for identity in identities}, is_active=True)
    columns = ("pk", "token_generation", "is_staff", "is_superuser", "two_factor_since")
    rows = list(_with_ended_logins(found, login_ids).only(*columns))
    ended: dict[int, set[str]] = {user.pk: set() for user in rows}
    for user in rows:
        acting(user)
        ended[user.pk] |= {user.ended_login} - {None}
    permissions = permissions_of_users([user for user in rows if user.is_staff and not user.is_superuser])
    return {
        str(user.pk): UserStanding(
            generation=user.token_generation,
            is_staff=user.is_staff,
            is_superuser=user.is_superuser,
            permissions=permissions.get(user.pk, frozenset()),
            ended_logins=frozenset(ended[user.pk]),
        )
        for user in rows
    }


def mail_address_of(user: User) -> str | None:
    """Return where mail to `user` may go: the address once it is confirmed, else None."""
    return mail_goes_to(user.email, user.email_confirmed_at)


def mail_goes_to(email: str, confirmed_at: datetime | None) -> str | None:
    """Return where mail to a user with this address may go."""
    return None if confirmed_at is None else email


def user_profile(user: User) -> UserProfile:
    """Return what `user` is shown of oneself; groups and permissions are sorted."""
    return UserProfile(
        user_id=str(user.pk),
        username=user.username,
        email=user.email,
        email_confirmed=user.email_confirmed_at is not None,
        is_staff=user.is_staff,
        is_superuser=user.is_superuser,
        groups=sorted(user.groups.values_list("name", flat=True)),
        permissions=sorted(user.get_all_permissions()),
        two_factor=_two_factor_of(user),
        date_joined=iso_time(milliseconds(user.date_joined)),
        time_zone=user.time_zone,
        device_time_zone=user.device_time_zone,
    )


def _two_factor_of(user: User) -> TwoFactor:
    if user.staff_rights_withheld and not user.acts_by_key:
        return TwoFactor.REQUIRED
    return TwoFactor.OFF if user.two_factor_since is None else TwoFactor.ON


def _is_id(user_id: str) -> bool:
    return user_id.isascii() and user_id.isdecimal() and len(user_id) <= _MAXIMUM_ID_DIGITS

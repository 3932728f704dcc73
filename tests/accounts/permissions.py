"""Permissions of users, for tests."""

from django.contrib.auth.models import Permission

from accounts.models import User


def give(user: User, *codenames: str) -> None:
    """Give a user those permissions of alerts, beside the ones that there are; an empty name is none."""
    names = [name for name in codenames if name]
    found = list(Permission.objects.filter(codename__in=names, content_type__app_label="alerts"))
    assert len(found) == len(names), (names, found)
    user.user_permissions.add(*found)

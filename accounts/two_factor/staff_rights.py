"""What staff without two-factor may do where the setting TWO_FACTOR_REQUIRED_FOR_STAFF asks for it: what a trader may.

Whoever acts passes here, by whatever a login is shown: a token, a ticket, a session of the admin. REST, sockets and the
admin then see a user who is no staff, and refuse as they refuse everybody else.
"""

from datetime import datetime

from django.conf import settings

from accounts.groups import TRADER_PERMISSIONS
from accounts.models import User


def is_withheld(*, is_staff: bool, is_superuser: bool, two_factor_since: datetime | None) -> bool:
    """Return whether somebody with these rights has to turn on two-factor before they count."""
    is_asked = bool(settings.TWO_FACTOR_REQUIRED_FOR_STAFF) and (is_staff or is_superuser)
    return is_asked and two_factor_since is None


def acting(user: User) -> User:
    """Return `user` with the rights that count now. What is stored stays: saving `user` doesn't write them back."""
    if is_withheld(is_staff=user.is_staff, is_superuser=user.is_superuser, two_factor_since=user.two_factor_since):
        user.staff_rights_withheld = True
        user.is_staff = user.is_superuser = False
    return user


def permissions_that_count(user: User, held: frozenset[str] | set[str]) -> frozenset[str]:
    """Return those of the permissions that `user` holds which count now."""
    return frozenset(held & TRADER_PERMISSIONS if user.staff_rights_withheld else held)

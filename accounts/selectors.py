"""What others read of users."""

from django.db.models import Value
from django.db.models.functions import Lower

from accounts.models import User

_MAXIMUM_ID_DIGITS = 18  # below 2**63, which is what the database holds


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

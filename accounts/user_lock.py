"""One change at a time of what a user has, over all processes: so two at a time can't both take the last place."""

from accounts.models import User
from streaming.identity.identity import AuthenticationError, AuthenticationFailure


def user_lock(user_id: int) -> bool:
    """Lock a user's row until the transaction ends; return whether there is one.

    Rows that only refer to the user, such as notifications, are stored meanwhile. SQLite has one writer anyway.
    """
    return User.objects.select_for_update(no_key=True).filter(pk=user_id).first() is not None


def login_lock(user: User) -> None:
    """Lock a user's row until the transaction ends, for what a password or a code was shown for.

    Raise `AuthenticationError` where all logins have ended since `user` was read: what was shown then counts no more.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    if stored.token_generation != user.token_generation:
        raise AuthenticationError(AuthenticationFailure.FAILED)

"""What is left of a user in tables of accounts, and of Django, whose rows name users in other ways than by a key."""

from collections.abc import Sequence

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from accounts.models import AccountMail, ChartLayoutRow, SymbolDrawings, User, WatchList
from accounts.own_data.log_entries import owner_take_out
from streaming.identity.user_deletion import DeletedUser, UserDeletion


def _obstacles(user_id: int) -> Sequence[str]:
    user = User.objects.get(pk=user_id)
    if user.is_staff or user.is_superuser:
        return ["Staff can't be deleted: let another administrator take the rights of staff away first."]
    return ()


def _take_out(deleted: DeletedUser) -> None:
    """Take the user out of mails sent, failed logins, sessions of the admin and what staff did with the user."""
    mails = AccountMail.objects.filter(user=deleted.user_id)
    mails.filter(done_at=None).update(done_at=deleted.at)
    mails.update(user=None)
    name = User.objects.values_list("username", flat=True).get(pk=deleted.user_id)
    AccessAttempt.objects.filter(username=name.lower()).delete()
    owner_take_out(WatchList, ChartLayoutRow, SymbolDrawings, user_id=deleted.user_id, username=name)
    of_users = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User))
    of_users.filter(object_id=str(deleted.user_id)).update(object_repr=f"User {deleted.user_id}, deleted")
    _sessions_end(str(deleted.user_id))


def _sessions_end(user_id: str) -> None:
    """Delete the sessions of the admin: there are few, as traders have none but for a page that they may look at."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == user_id:
            session.delete()


USER_DELETION = UserDeletion(obstacles=_obstacles, before=_take_out)

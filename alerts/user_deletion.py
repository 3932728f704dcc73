"""What goes with a user from the admin's log about alerts. What is written there now names users by their ids."""

import re

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from accounts.own_data.log_entries import owner_take_out
from alerts.models import Notification, NotificationPreferences
from alerts.notifications.parameters import EVERYBODY
from streaming.identity.user_deletion import DeletedUser, UserDeletion

_NAME = r"(?:user \d+|[A-Za-z0-9._+-]+)"
"""A user's name, or what stands in its place since another user was deleted."""
_NAMED = re.compile(rf"(Broadcast, [a-z]+, to )({_NAME}(?:, {_NAME})*)(?=: )", re.ASCII)
"""How the entry of a broadcast to named users began; `to users 3, 7` it begins now."""


def _take_out(deleted: DeletedUser) -> None:
    username = User.objects.values_list("username", flat=True).get(pk=deleted.user_id)
    owner_take_out(NotificationPreferences, user_id=deleted.user_id, username=username)
    kind = ContentType.objects.get_for_model(Notification)
    for entry in LogEntry.objects.filter(content_type=kind, change_message__contains=username).iterator():
        entry.change_message = without_name(entry.change_message, username, user_id=deleted.user_id)
        entry.save(update_fields=["change_message"])


def without_name(message: str, username: str, *, user_id: int) -> str:
    """Return what the log says of a broadcast with a user's id in the place of the name.

    >>> without_name("Broadcast, info, to Bob, Ada: 2 users told. “Ada”", "Ada", user_id=7)
    'Broadcast, info, to Bob, user 7: 2 users told. “Ada”'
    """
    named = _NAMED.match(message)
    if named is None or named[2] == EVERYBODY:
        return message
    names = [f"user {user_id}" if name == username else name for name in named[2].split(", ")]
    return f"{named[1]}{', '.join(names)}{message[named.end() :]}"


USER_DELETION = UserDeletion(before=_take_out)

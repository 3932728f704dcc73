"""What staff tell users: a notification of its own for each of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from django.db import transaction

from accounts.models import User
from accounts.selectors import active_users_by_id
from alerts.deliveries.wake_ups import wake_deliveries_soon
from alerts.events import NotificationKind
from alerts.notifications.audience import Audience, audience_of
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.parameters import Broadcast
from alerts.notifications.services import notifications_store
from streaming.batches import batched
from streaming.commands.errors import WrongParametersError
from streaming.connections.lookup import subscribers_of

_BATCH = 1000


def notifications_broadcast(*, sender_id: int, given: Broadcast, now: datetime) -> int:
    """Store a notification for each active user whom a broadcast is for, and return how many they are.

    To a channel, that is who is subscribed to it now, at any gateway; it asks them within the process of one.

    Raise `WrongParametersError` that names each of `users` who is no active user; then nobody is told.
    """
    recipients = _recipients(given)  # no transaction is held up while gateways are asked
    with transaction.atomic():
        _store(recipients, sender_id=sender_id, given=given, now=now)
    return len(recipients)


def _store(recipients: Sequence[int], *, sender_id: int, given: Broadcast, now: datetime) -> None:
    data = msgspec.json.encode({"broadcast": True, "by": User.objects.get(pk=sender_id).username}).decode()
    for batch in batched(recipients, _BATCH):
        drafts = [_draft(user_id, given, data) for user_id in batch]
        notifications_store(drafts=drafts, now=now)
    if recipients:
        transaction.on_commit(wake_deliveries_soon)


def users_by_name(names: Sequence[str]) -> Sequence[int]:
    """Return the ids of active users by their names alone, in the names' order.

    Raise `WrongParametersError` that names each of `users` who is none.
    """
    by_name = _ids_by_name(names)
    return _known([by_name.get(name) for name in names])


def _draft(user_id: int, given: Broadcast, data: str) -> NotificationDraft:
    return NotificationDraft(
        user_id=user_id,
        kind=NotificationKind.SYSTEM,
        severity=given.severity,
        title=given.title,
        body=given.body,
        data=data,
    )


def _recipients(given: Broadcast) -> Sequence[int]:
    """Return the ids of those whom the broadcast is for, in order."""
    if given.users is not None:
        return _named(given.users)
    users = User.objects.filter(is_active=True)
    if given.channel is not None:
        users = users.filter(pk__in=[int(user_id) for user_id in async_to_sync(subscribers_of)(given.channel)])
        if audience_of(given.channel) is Audience.STAFF:
            users = users.filter(is_staff=True)  # a pattern of anybody's may match the name
    return list(users.order_by("pk").values_list("pk", flat=True))


def _named(users: Sequence[Any]) -> Sequence[int]:
    """Return the ids of users given by name or id; a text is a name, or else an id."""
    by_name = _ids_by_name([user for user in users if isinstance(user, str)])
    by_id = {text: user.pk for text, user in active_users_by_id([str(user) for user in users]).items()}
    found = [by_name.get(user, by_id.get(user)) if isinstance(user, str) else by_id.get(str(user)) for user in users]
    return sorted(set(_known(found)))


def _known(found: Sequence[int | None]) -> Sequence[int]:
    unknown = {f"users.{index}": f"users.{index} is no active user" for index, pk in enumerate(found) if pk is None}
    if unknown:
        raise WrongParametersError(unknown)
    return [pk for pk in found if pk is not None]


def _ids_by_name(names: Iterable[str]) -> dict[str, int]:
    return dict(User.objects.filter(username__in=names, is_active=True).values_list("username", "pk"))

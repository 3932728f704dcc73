"""Reads notifications."""

import msgspec
from django.db.models import Max, QuerySet

from alerts.models import Notification
from alerts.notifications.parameters import NotificationsQuery


class NotificationsPage(msgspec.Struct, frozen=True):
    """A part of a user's list, how many the whole list has, and how many of all are unread."""

    items: list[Notification]
    total: int
    unread: int


def notifications_page(user_id: int, query: NotificationsQuery) -> NotificationsPage:
    """Return the user's notifications that `query` asks for, the newest first."""
    found = _filtered(notifications_of(user_id), query)
    older = found if query.before is None else found.filter(seq__lt=query.before)
    items = list(older.order_by("-seq")[query.offset : query.offset + query.limit])
    return NotificationsPage(items, found.count(), unread_count(user_id))


def notifications_of(user_id: int) -> QuerySet[Notification]:
    """Return all of a user's notifications."""
    return Notification.objects.filter(user_id=user_id)


def unread_count(user_id: int) -> int:
    """Return how many notifications the user has not read."""
    return notifications_of(user_id).filter(read_at__isnull=True).count()


def newest_unread_number(user_id: int) -> int:
    """Return the number of the newest notification that the user has not read; 0 where there is none."""
    newest: int | None = notifications_of(user_id).filter(read_at__isnull=True).aggregate(newest=Max("seq"))["newest"]
    return newest or 0


def _filtered(found: QuerySet[Notification], query: NotificationsQuery) -> QuerySet[Notification]:
    if query.unread is not None:
        found = found.filter(read_at__isnull=query.unread)
    if query.kind is not None:
        found = found.filter(kind=query.kind)
    if query.severity is not None:
        found = found.filter(severity=query.severity)
    return found

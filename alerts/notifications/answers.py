"""Notifications as they are answered."""

from typing import Annotated

import msgspec

from alerts.events import NotificationKind, Severity
from alerts.models import Notification
from alerts.notifications.selectors import NotificationsPage
from streaming.times import WriteTime, milliseconds

JsonObject = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "object"})]


class NotificationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A notification, as the channel `notifications` tells it; `count` is how often the same has happened.

    Times in `data` are in ms since the epoch.
    """

    id: int
    seq: int
    kind: NotificationKind
    severity: Severity
    title: str
    body: str
    data: JsonObject
    rule: int | None
    created: str | int
    read: bool
    count: int


class NotificationsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A part of one's list; `total` is how many there are of what was asked for, `unread` of all that is unread."""

    items: list[NotificationAnswer]
    total: int
    unread: int


class UnreadAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many notifications one has not read."""

    unread: int


class BroadcastAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many users were told."""

    recipients: int


def notifications_answer(page: NotificationsPage, write_time: WriteTime) -> NotificationsAnswer:
    """Return a part of a list."""
    items = [notification_answer(row, write_time) for row in page.items]
    return NotificationsAnswer(items=items, total=page.total, unread=page.unread)


def notification_answer(row: Notification, write_time: WriteTime) -> NotificationAnswer:
    """Return one notification."""
    return NotificationAnswer(
        id=row.pk,
        seq=row.seq,
        kind=NotificationKind(row.kind),
        severity=Severity(row.severity),
        title=row.title,
        body=row.body,
        data=msgspec.Raw(row.data.encode()),
        rule=row.rule_id,
        created=write_time(milliseconds(row.created_at)),
        read=row.read_at is not None,
        count=row.count,
    )

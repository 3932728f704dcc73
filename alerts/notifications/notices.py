"""Notifications that other apps have their users told."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from alerts.deliveries.wake_ups import wake_deliveries_soon
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from streaming.notices import Notice


@transaction.atomic(savepoint=False)
def notices_store(notices: Sequence[Notice], *, now: datetime) -> None:
    """Store notifications with their deliveries; the delivery workers are woken once that is committed."""
    if notices:
        notifications_store(drafts=[_draft(notice) for notice in notices], now=now)
        transaction.on_commit(wake_deliveries_soon)


def _draft(notice: Notice) -> NotificationDraft:
    return NotificationDraft(
        user_id=notice.user_id,
        kind=notice.kind,
        severity=notice.severity,
        title=notice.title,
        body=notice.body,
        data=notice.data,
    )

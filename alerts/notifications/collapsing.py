"""A noisy rule's notifications collapse into one that counts, and that the user is told of again as it grows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Max

from alerts.models import DELIVERIES_SENT, Delivery, DeliveryState, Notification
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.wording import body_of, title_of
from alerts.preferences.choice import planned
from alerts.preferences.preferences import Channel, PlannedDelivery, Preferences

_TOLD_AGAIN_AFTER = timedelta(seconds=10)


class _Replacing(TypedDict):
    """How rows that exist are written in bulk: as one INSERT that meets them, ten times as fast as `bulk_update`."""

    batch_size: int
    update_conflicts: bool
    unique_fields: list[str]
    update_fields: list[str]


def newest_unread_of_rules(drafts: Sequence[NotificationDraft]) -> dict[int, Notification]:
    """Return the newest unread notification of each rule whose drafts collapse, locked; one query."""
    rule_ids = {draft.rule_id for draft in drafts if draft.collapse and draft.rule_id is not None}
    if not rule_ids:
        return {}
    unread = Notification.objects.filter(rule_id__in=rule_ids, read_at__isnull=True)
    newest = unread.order_by().values("rule_id").annotate(newest=Max("pk")).values("newest")
    locked = Notification.objects.select_for_update().filter(pk__in=newest).order_by("pk")
    return {row.rule_id: row for row in locked if row.rule_id is not None}


def count_one_more(row: Notification, draft: NotificationDraft) -> None:
    """Let a notification count a draft: it says what the newest says, and how many there were."""
    row.count += 1
    row.severity = draft.severity.value
    row.title, row.body, row.data = title_of(draft.title, row.count), body_of(draft.body), draft.data


def counted_store(rows: Collection[Notification]) -> None:
    """Store what has changed of notifications that have counted more, and are locked."""
    Notification.objects.bulk_create(rows, **_replacing("title", "body", "data", "severity", "count"))


def tell_again(
    counted: Mapping[int, NotificationDraft],
    preferences: Mapping[int, Preferences],
    now: datetime,
) -> None:
    """Let the WebSocket tell again of notifications that have counted more, by their ids with the newest draft of each.

    Not sooner than ten seconds after it told last: what is noisy is told of now and then. Other channels told once.
    """
    if not counted:
        return
    told = Delivery.objects.filter(notification_id__in=counted, channel=Channel.WEBSOCKET, state__in=DELIVERIES_SENT)
    again = list(told.select_for_update().order_by("pk"))
    for delivery in again:
        draft = counted[delivery.notification_id]
        moment = max(now, (delivery.sent_at or now) + _TOLD_AGAIN_AFTER)
        for plan in planned(preferences[draft.user_id], draft, moment):
            if plan.channel is Channel.WEBSOCKET:
                _wait_again(delivery, plan)
    Delivery.objects.bulk_create(again, **_replacing("state", "not_before", "held", "attempts", "acknowledged_at"))


def _wait_again(delivery: Delivery, plan: PlannedDelivery) -> None:
    delivery.not_before, delivery.held = plan.not_before, plan.held
    delivery.state, delivery.attempts, delivery.acknowledged_at = DeliveryState.WAITING, 0, None


def _replacing(*columns: str) -> _Replacing:
    return {"batch_size": 1000, "update_conflicts": True, "unique_fields": ["id"], "update_fields": [*columns]}

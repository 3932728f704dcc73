"""Cancelling what hasn't gone out yet, and isn't wanted any more."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from alerts.deliveries.locking import deliveries_locked
from alerts.events import NotificationKind
from alerts.models import DELIVERIES_TO_SEND, ChannelChoices, Delivery, DeliveryState
from streaming.database.conditions import Among


def deliveries_cancel_of_rule(*, rule_id: int, reason: str) -> int:
    """Cancel what is yet to be told of a rule, whatever it waits for; return how much that was.

    It belongs into the transaction that switches the rule off or deletes it, which has locked the rule. What a worker
    is sending at that moment may still arrive; it is sent no second time.
    """
    return _cancel(Delivery.objects.filter(notification__rule_id=rule_id), reason)


def deliveries_cancel_of_notifications(*, ids: Collection[int], reason: str) -> int:
    """Cancel what is yet to be told of notifications, by their ids; return how much that was."""
    return _cancel(Delivery.objects.filter(Among("notification_id", ids)), reason)


def deliveries_cancel_of_kind(*, user_id: int, kind: NotificationKind, channel: ChannelChoices, reason: str) -> int:
    """Cancel what is yet to be told to a user by a channel of notifications of a kind; return how much that was."""
    own = Delivery.objects.filter(notification__user_id=user_id, notification__kind=kind.value)
    return _cancel(own.filter(channel=channel), reason)


def deliveries_end_restored(*, made_at: datetime, now: datetime) -> int:
    """Make none that waited when a backup was made, as most were made since; return how many there are.

    Staff may send them again, as any that are dead.
    """
    reason = f"restored from a backup of {made_at:%Y-%m-%d %H:%M} UTC; it may have gone out since"
    to_do = Delivery.objects.filter(state__in=DELIVERIES_TO_SEND)
    return to_do.update(state=DeliveryState.DEAD, lease_until=None, error=reason)


def _cancel(deliveries: QuerySet[Delivery], reason: str) -> int:
    to_do = deliveries_locked(deliveries.filter(state__in=DELIVERIES_TO_SEND))
    return to_do.update(state=DeliveryState.CANCELLED, lease_until=None, error=reason)

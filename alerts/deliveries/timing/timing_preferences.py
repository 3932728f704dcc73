"""What a user wants that counts when a delivery is due: quiet hours, and one channel after the other."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings

from alerts.models import Delivery, NotificationPreferences
from alerts.preferences.choice import may_go_out
from alerts.preferences.preferences import QuietHours
from alerts.preferences.selectors import quiet_hours_of_row

PREFERENCES_ROW = "notification__user__notification_preferences"
"""The related row that the deliveries given to these functions come with."""


def wants_one_after_the_other(delivery: Delivery) -> bool:
    """Return whether the user wants a channel to be tried only where nobody acknowledged by the one before."""
    row = _row(delivery)
    return row is not None and row.escalate


def free_from(delivery: Delivery, moment: datetime) -> datetime:
    """Return the first time from `moment` (aware) on at which quiet hours let the delivery go out."""
    row = _row(delivery)
    quiet = None if row is None else quiet_hours_of_row(row)
    return may_go_out(quiet, delivery.notification.severity, moment)


def after_patience(delivery: Delivery, moment: datetime) -> dict[str, datetime | bool]:
    """Return the columns of a channel whose turn comes after one that goes out at that moment."""
    turn = moment + timedelta(seconds=settings.NOTIFICATIONS_ACKNOWLEDGE_SECONDS)
    not_before = free_from(delivery, turn)
    return {"not_before": not_before, "held": not_before > turn}


def quiet_hours_of_users(user_ids: Collection[int]) -> Mapping[int, QuietHours | None]:
    """Return the quiet hours of those of the users who have chosen anything; one query."""
    rows = NotificationPreferences.objects.filter(user_id__in=user_ids)
    return {row.user_id: quiet_hours_of_row(row) for row in rows}


def _row(delivery: Delivery) -> NotificationPreferences | None:
    return getattr(delivery.notification.user, "notification_preferences", None)

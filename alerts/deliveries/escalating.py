"""One channel after the other, for users who want that: each has time to be acknowledged once it really went out.

A notification's deliveries are tried in the order of their ids. When they were planned to go out says little of when
they do: nobody may have delivered for a while.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from alerts.models import Delivery, DeliveryState, NotificationPreferences
from alerts.preferences.choice import may_go_out
from alerts.preferences.selectors import preferences_of_users
from alerts.preferences.words import Preferences

_TO_DO = (DeliveryState.WAITING, DeliveryState.SENDING)


def without_early(claimed: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Let those wait again that come after a channel which wasn't tried yet, and return the others."""
    preferences = _of_those_who_escalate(claimed)
    untried = _untried(row.notification_id for row in claimed if row.notification.user_id in preferences)
    good = []
    for delivery in claimed:
        before = [time for pk, time in untried.get(delivery.notification_id, {}).items() if pk < delivery.pk]
        if before:
            again = _after(preferences[delivery.notification.user_id], delivery, max(now, *before))
            row = Delivery.objects.filter(pk=delivery.pk)
            row.update(state=DeliveryState.WAITING, lease_until=None, attempts=F("attempts") - 1, **again)
        else:
            good.append(delivery)
    return good


def let_next_wait(sent: Collection[int], now: datetime) -> None:
    """Let the channels behind those that go out `now`, and never did before, wait for these to be acknowledged."""
    first = Delivery.objects.filter(pk__in=sent, sent_at__isnull=True).select_related("notification")
    rows = list(first.order_by("pk"))
    preferences = _of_those_who_escalate(rows)
    for delivery in rows:
        if (chosen := preferences.get(delivery.notification.user_id)) is not None:
            behind = Delivery.objects.filter(notification_id=delivery.notification_id, pk__gt=delivery.pk)
            later = _after(chosen, delivery, now)
            behind.filter(state=DeliveryState.WAITING, not_before__lt=later["not_before"]).update(**later)


def _after(preferences: Preferences, delivery: Delivery, moment: datetime) -> dict[str, datetime | bool]:
    """Return the columns of a channel whose turn comes after one that goes out at that moment."""
    turn = moment + preferences.acknowledge_within
    not_before = may_go_out(preferences.quiet_hours, delivery.notification.severity, turn)
    return {"not_before": not_before, "held": not_before > turn}


def _of_those_who_escalate(deliveries: Iterable[Delivery]) -> Mapping[int, Preferences]:
    """Return the preferences of the users who want one channel after the other."""
    users = {delivery.notification.user_id for delivery in deliveries}
    chosen = NotificationPreferences.objects.filter(user_id__in=users, escalate=True)
    wanting = list(chosen.values_list("user_id", flat=True))
    return preferences_of_users(wanting) if wanting else {}


def _untried(notifications: Iterable[int]) -> Mapping[int, Mapping[int, datetime]]:
    """Return when those are due that neither went out nor failed, by their ids, of each of these notifications."""
    found: dict[int, dict[int, datetime]] = {}
    rows = Delivery.objects.filter(state__in=_TO_DO, sent_at__isnull=True, error="")
    if ids := frozenset(notifications):
        for delivery in rows.filter(notification_id__in=ids):
            found.setdefault(delivery.notification_id, {})[delivery.pk] = delivery.not_before
    return found

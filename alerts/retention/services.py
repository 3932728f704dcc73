"""Deletes firings, and notifications with their deliveries, that are older than they are kept; a small batch at a time.

What is still to be sent, now or later, stays, and so does what hangs on it. Rows that anybody works on are passed over
until the next time, so this waits for nobody, and nobody else waits for long; it may be done by several side by side.
Counts and numbers don't hang on the rows: a rule counts its own firings, and users' notifications are numbered apart.
"""

from collections.abc import Collection
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from alerts.models import DELIVERIES_TO_SEND, AlertEvent, Delivery, Notification

BATCH = 100


class Walked(msgspec.Struct, frozen=True, kw_only=True):
    """How far a walk over the oldest notifications has come: up to `last`, or None where the next ones are young."""

    deleted: int
    last: int | None


@transaction.atomic
def firings_forget(*, before: datetime, limit: int = BATCH) -> int:
    """Delete the oldest firings from before a moment, and return how many; what was told of them stays as it is."""
    to_be_sent = Delivery.objects.filter(notification__event=OuterRef("pk"), state__in=DELIVERIES_TO_SEND)
    old = AlertEvent.objects.filter(~Exists(to_be_sent), fired_at__lt=before).order_by("fired_at")
    locked = list(old.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit])
    ids = set(locked) - _in_use(locked)
    AlertEvent.objects.filter(pk__in=ids).delete()
    return len(ids)


@transaction.atomic
def notifications_forget(*, before: datetime, after: int = 0, limit: int = BATCH) -> Walked:
    """Delete what is from before a moment among the `limit` notifications that come `after` an id.

    Read or not. One that was told again since, as a noisy rule's are and dead ones that staff sent again, is not old.
    """
    rows = list(Notification.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "created_at")[:limit])
    ids = _free([pk for pk, created_at in rows if created_at < before], before)
    Delivery.objects.filter(notification_id__in=ids).delete()
    Notification.objects.filter(pk__in=ids).delete()
    is_over = len(rows) < limit or rows[-1][1] >= before  # ids grow with time
    return Walked(deleted=len(ids), last=None if is_over else rows[-1][0])


def _in_use(events: Collection[int]) -> set[int]:
    """Return the firings whose notification somebody else is changing; the other notifications are locked."""
    told = Notification.objects.filter(event_id__in=events).order_by("pk")
    free = told.select_for_update(skip_locked=True).values_list("event_id", flat=True)
    return set(told.values_list("event_id", flat=True)) - set(free)


def _free(notifications: Collection[int], before: datetime) -> set[int]:
    """Return which of them nobody needs, locked with their deliveries."""
    rows = Notification.objects.filter(pk__in=notifications).order_by("pk")
    locked = set(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    deliveries = Delivery.objects.filter(notification_id__in=locked).order_by("pk")
    needed = Q(state__in=DELIVERIES_TO_SEND) | Q(not_before__gte=before)
    done = deliveries.exclude(needed).select_for_update(skip_locked=True)
    done_ids = set(done.values_list("pk", flat=True))
    return locked - {of for pk, of in deliveries.values_list("pk", "notification_id") if pk not in done_ids}

"""One channel after the other, for users who want that: each has time to be acknowledged once it really went out.

A notification's deliveries are tried in the order of their ids. When they were planned to go out says little of when
they do: nobody may have delivered for a while.

What another worker is claiming at the time is passed over: it is held up there, and two never wait for each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from alerts.deliveries.timing.timing_preferences import after_patience, free_from, wants_one_after_the_other
from alerts.models import DELIVERIES_TO_SEND, Delivery, DeliveryState


def without_early(claimed: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Let those wait again that come after a channel which wasn't tried yet, and return the others."""
    untried = _untried({row.notification_id for row in claimed if wants_one_after_the_other(row)})
    good = []
    for delivery in claimed:
        before = [time for pk, time in untried.get(delivery.notification_id, {}).items() if pk < delivery.pk]
        if before:
            let_wait(delivery, after_patience(delivery, max(now, *before)))
        else:
            good.append(delivery)
    return good


def without_quiet(claimed: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Hold up those whose users are in quiet hours by now, whenever they were planned, and return the others.

    The channels that come after one of them are held up with it: they belong to the same digest.
    """
    good = []
    for delivery in claimed:
        until = free_from(delivery, now)
        if until > now:
            let_wait(delivery, {"not_before": until, "held": True})
            if wants_one_after_the_other(delivery):
                _put_off(_waiting_behind(delivery), after_patience(delivery, until) | {"held": True})
        else:
            good.append(delivery)
    return good


def let_next_wait(sent: Iterable[Delivery], now: datetime) -> None:
    """Let the channels behind those that go out `now`, and never did before, wait for these to be acknowledged."""
    for delivery in sent:
        if delivery.sent_at is None and wants_one_after_the_other(delivery):
            later = after_patience(delivery, now)
            _put_off(_waiting_behind(delivery).filter(not_before__lt=later["not_before"]), later)


def let_wait(delivery: Delivery, columns: Mapping[str, datetime | bool | str]) -> None:
    """Give back what was claimed, as if it had never been."""
    row = Delivery.objects.filter(pk=delivery.pk)
    row.update(state=DeliveryState.WAITING, lease_until=None, attempts=F("attempts") - 1, **columns)


def _put_off(deliveries: QuerySet[Delivery], columns: Mapping[str, datetime | bool]) -> None:
    """Let those of them wait for longer that nobody else has locked."""
    free = deliveries.select_for_update(skip_locked=True, of=("self",))
    Delivery.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(**columns)


def _waiting_behind(delivery: Delivery) -> QuerySet[Delivery]:
    behind = Delivery.objects.filter(notification_id=delivery.notification_id, pk__gt=delivery.pk)
    return behind.filter(state=DeliveryState.WAITING)


def _untried(notifications: Iterable[int]) -> Mapping[int, Mapping[int, datetime]]:
    """Return when those are due that neither went out nor failed, by their ids, of each of these notifications."""
    found: dict[int, dict[int, datetime]] = {}
    rows = Delivery.objects.filter(state__in=DELIVERIES_TO_SEND, sent_at__isnull=True, error="")
    if ids := frozenset(notifications):
        for delivery in rows.filter(notification_id__in=ids):
            found.setdefault(delivery.notification_id, {})[delivery.pk] = delivery.not_before
    return found

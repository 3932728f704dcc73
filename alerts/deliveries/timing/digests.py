"""What quiet hours or a cap have held up: several notifications become one digest, which goes out in their place.

A digest is a notification like any other: numbered, listed, delivered and tried again. Channels that hold the same
notifications share one. What its user has read meanwhile isn't told again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from alerts.deliveries.locking import deliveries_locked
from alerts.deliveries.selectors import due
from alerts.events import AlertState, NotificationKind, Severity
from alerts.models import AlertRule, Delivery, DeliveryState, Notification, NotificationCounter
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from alerts.preferences.selectors import preferences_of

_MOST_TITLES = 20
_MOST_NUMBERS = 1000
_QUIET = "In your quiet hours"
_TOO_MANY = "Held back, as there were too many"
_SEVERITIES = list(Severity)
_READ = "read before it was due"


def users_with_held(*, now: datetime) -> list[int]:
    """Return the users for whom something that was held up is due."""
    users = _held_due(now).order_by("notification__user_id").values_list("notification__user_id", flat=True)
    return list(users.distinct())


@transaction.atomic
def held_release(*, user_id: int, now: datetime) -> bool:
    """Let a user's held deliveries go out, in digests where there are several.

    For what quiet hours held up the user may want none; what was over a cap always becomes one, for each channel.
    Return False where another worker is doing it.
    """
    if not NotificationCounter.objects.select_for_update(skip_locked=True).filter(pk=user_id).exists():
        return False
    held = deliveries_locked(_held_of_user(user_id, now))
    rows = list(held.select_related("notification").order_by("notification__seq"))
    unread = [row for row in rows if row.notification.read_at is None]
    _mark(set(rows) - set(unread), state=DeliveryState.CANCELLED, error=_READ)
    _mark(unread, held=False, over_cap=False)
    quiet, over = [row for row in unread if not row.over_cap], [row for row in unread if row.over_cap]
    if preferences_of(user_id).digest:
        for channels, digested in _shared(quiet).items():
            _digest(user_id, channels, digested, now, heading=_QUIET)
    for channel in sorted({row.channel for row in over}):
        for channels, digested in _shared([row for row in over if row.channel == channel]).items():
            _digest(user_id, channels, digested, now, heading=_TOO_MANY)
    return True


def _held_due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(due(now), held=True, state=DeliveryState.WAITING)


def _held_of_user(user_id: int, now: datetime) -> QuerySet[Delivery]:
    """Return what is due, and what would follow it by another channel if nobody acknowledged it."""
    found = _held_due(now).filter(notification__user_id=user_id).values_list("notification_id", flat=True)
    of_them = Delivery.objects.filter(notification_id__in=list(found), held=True, state=DeliveryState.WAITING)
    return of_them.filter(Q(over_cap=False) | Q(not_before__lte=now))


def _mark(rows: Iterable[Delivery], **values: object) -> None:
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(**values)


def _shared(rows: Sequence[Delivery]) -> Mapping[tuple[Channel, ...], list[Delivery]]:
    """Return the deliveries that one digest replaces, by the channels that share it, in the order of trying."""
    by_channel: dict[str, list[Delivery]] = {}
    for row in sorted(rows, key=lambda row: (row.not_before, row.pk)):
        by_channel.setdefault(row.channel, []).append(row)
    channels: dict[frozenset[int], list[str]] = {}
    for channel, of_channel in by_channel.items():
        channels.setdefault(frozenset(row.notification_id for row in of_channel), []).append(channel)
    return {
        tuple(Channel(name) for name in names): [row for name in names for row in by_channel[name]]
        for notifications, names in channels.items()
        if len(notifications) > 1
    }


def _digest(
    user_id: int, channels: tuple[Channel, ...], rows: Sequence[Delivery], now: datetime, *, heading: str
) -> None:
    notifications = sorted({row.notification for row in rows}, key=lambda one: one.seq)
    notifications_store(drafts=[digest_of(user_id, channels, notifications, heading=heading)], now=now)
    _mark(rows, state=DeliveryState.DIGESTED)


def digest_of(
    user_id: int, channels: tuple[Channel, ...], notifications: Sequence[Notification], *, heading: str = _QUIET
) -> NotificationDraft:
    """Return the digest of notifications, oldest first: how many there are, and how many rules still hold."""
    fired = [one for one in notifications if one.kind == NotificationKind.ALERT]
    rules = {one.rule_id for one in fired if one.rule_id is not None}
    true = AlertRule.objects.filter(pk__in=rules, state=AlertState.FIRING).count()
    return NotificationDraft(
        user_id=user_id,
        kind=NotificationKind.ALERT if len(fired) == len(notifications) else NotificationKind.SYSTEM,
        severity=max((Severity(one.severity) for one in notifications), key=_SEVERITIES.index),
        title=f"{heading}: {_summary(len(fired), true, len(notifications) - len(fired))}",
        body=_titles(notifications),
        data=_data(notifications, len(fired), true),
        channels=channels,
    )


def _summary(fired: int, true: int, others: int) -> str:
    parts = [f"{fired} fired, {true} still true"] if fired else []
    return ", ".join([*parts, f"{others} more"] if fired and others else parts or [f"{others} notifications"])


def _titles(notifications: Sequence[Notification]) -> str:
    lines = [one.title if one.count == 1 else f"{one.title} ({one.count} times)" for one in notifications]
    left = len(lines) - _MOST_TITLES
    return "\n".join(lines[:_MOST_TITLES] + ([f"and {left} more"] if left > 0 else []))


def _data(notifications: Sequence[Notification], fired: int, true: int) -> str:
    seqs = [one.seq for one in notifications[-_MOST_NUMBERS:]]
    return msgspec.json.encode({"digest": {"seqs": seqs, "fired": fired, "still_true": true}}).decode()

"""What changes preferences."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery

from alerts.deliveries.locking import in_lock_order
from alerts.deliveries.wake_ups import wake_deliveries_soon
from alerts.events import Severity
from alerts.models import ChannelSwitch, Delivery, DeliveryState, NotificationPreferences
from alerts.preferences.parameters import KindsGiven, PreferencesGiven, QuietHoursGiven
from alerts.preferences.preferences import QuietHours
from alerts.preferences.quiet_hours import quiet_until
from alerts.preferences.selectors import quiet_hours_of_row
from streaming.database.bulk_update import rows_update

SWITCHES = ("digest", "escalate", "sound", "vibration")
"""What of the preferences is either on or off."""


@transaction.atomic
def preferences_set(*, user_id: int, given: PreferencesGiven, now: datetime) -> NotificationPreferences:
    """Change what is given of a user's preferences, and return all of them.

    A channel that is chosen anew is tried again if it had been switched off. What quiet hours hold up follows them when
    they change, and what waits to go out within the new ones is held up, too.
    """
    row = _locked(user_id)
    before = quiet_hours_of_row(row)
    _choose_channels(row, given.kinds)
    _switch_on(row, given.kinds)
    if given.quiet_hours is not msgspec.UNSET:
        _choose_quiet_hours(row, given.quiet_hours)
    for name in SWITCHES:
        if (is_on := getattr(given, name)) is not msgspec.UNSET:
            setattr(row, name, is_on)
    row.save()
    after = quiet_hours_of_row(row)
    if after != before:
        _move_held_deliveries(row, after, now)
        _hold_what_waits(user_id, after, now)
    return row


@transaction.atomic
def channels_choose(*, user_id: int, given: KindsGiven) -> None:
    """Choose the channels of kinds without trying any of them again: what is switched off stays so."""
    row = _locked(user_id)
    _choose_channels(row, given)
    row.save()


def _locked(user_id: int) -> NotificationPreferences:
    NotificationPreferences.objects.get_or_create(user_id=user_id)
    return NotificationPreferences.objects.select_for_update().get(user_id=user_id)


def _choose_channels(row: NotificationPreferences, given: KindsGiven) -> None:
    for kind, channels in given.by_kind().items():
        if channels is None:
            row.kinds.pop(kind.value, None)
        else:
            row.kinds[kind.value] = [channel.value for channel in dict.fromkeys(channels)]


def _switch_on(row: NotificationPreferences, given: KindsGiven) -> None:
    wanted = {channel.value for channels in given.by_kind().values() for channel in channels or ()}
    ChannelSwitch.objects.filter(user_id=row.user_id, channel__in=wanted).delete()


def _choose_quiet_hours(row: NotificationPreferences, given: QuietHoursGiven | None) -> None:
    if given is None:
        row.quiet_start = row.quiet_end = None
    else:
        quiet = given.quiet_hours()
        row.quiet_start, row.quiet_end, row.timezone = quiet.start, quiet.end, quiet.timezone


class _Held(NamedTuple):
    """A delivery that quiet hours hold, and when its notification went out last by another channel."""

    id: int
    notification_id: int
    told_at: datetime | None


def _move_held_deliveries(row: NotificationPreferences, after: QuietHours | None, now: datetime) -> None:
    """Let what is held wait for the end of the new quiet hours, if these are now, instead of the old ones.

    The old ones may not have begun: it isn't known for when it was planned.
    """
    patience = timedelta(seconds=settings.NOTIFICATIONS_ACKNOWLEDGE_SECONDS if row.escalate else 0)
    moved = [each for held in _held(row.user_id, now).values() for each in _moved(held, after, now, patience)]
    if moved:
        rows_update(Delivery, moved)
        transaction.on_commit(wake_deliveries_soon)


def _held(user_id: int, now: datetime) -> Mapping[int, Sequence[_Held]]:
    """Return what quiet hours hold, locked, by notification, in the order in which channels are tried."""
    told = Delivery.objects.filter(notification=OuterRef("notification"), sent_at__isnull=False).order_by("-sent_at")
    waiting = Delivery.objects.filter(notification__user_id=user_id, state=DeliveryState.WAITING)
    held = in_lock_order(waiting.filter(held=True, over_cap=False, not_before__gt=now))
    found: defaultdict[int, list[_Held]] = defaultdict(list)
    for row in held.annotate(told_at=Subquery(told.values("sent_at")[:1])).values_list(*_Held._fields):
        each = _Held(*row)
        found[each.notification_id].append(each)
    return found


def _moved(
    held: Sequence[_Held], quiet: QuietHours | None, now: datetime, patience: timedelta
) -> Sequence[Mapping[str, Any]]:
    """Return the columns of a notification's deliveries, each with `patience` after the one before."""
    told_at = held[0].told_at
    turn = now if told_at is None else max(now, told_at + patience)
    first = turn if quiet is None else quiet_until(quiet, turn)
    return [{"id": each.id, "not_before": first + place * patience} for place, each in enumerate(held)]


def _hold_what_waits(user_id: int, quiet: QuietHours | None, now: datetime) -> None:
    """Let what would go out within quiet hours wait for their end, unless it is critical.

    What is over a cap does so once there is room: else nothing would bring it back where they end sooner.
    """
    if quiet is None:
        return
    own = Delivery.objects.filter(notification__user_id=user_id, state=DeliveryState.WAITING, over_cap=False)
    waiting = own.exclude(notification__severity=Severity.CRITICAL.value)
    by_end: dict[datetime, list[int]] = {}
    for delivery in in_lock_order(waiting):
        moment = max(now, delivery.not_before)
        if (end := quiet_until(quiet, moment)) > moment:
            by_end.setdefault(end, []).append(delivery.pk)
    for end, ids in by_end.items():
        Delivery.objects.filter(pk__in=ids).update(not_before=end, held=True)

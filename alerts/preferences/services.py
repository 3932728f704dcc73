"""What changes preferences."""

from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import F

from alerts.deliveries.waking import wake_deliveries_soon
from alerts.events import Severity
from alerts.models import ChannelSwitch, Delivery, DeliveryState, NotificationPreferences
from alerts.preferences.parameters import KindsGiven, PreferencesGiven, QuietHoursGiven
from alerts.preferences.preferences import QuietHours
from alerts.preferences.quiet_hours import quiet_until
from alerts.preferences.selectors import quiet_hours_of_row

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
    _move_held_deliveries(user_id, before, after, now)
    if after is not None and after != before:
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


def _move_held_deliveries(user_id: int, before: QuietHours | None, after: QuietHours | None, now: datetime) -> None:
    """Let what is held now wait for the end of the new quiet hours instead of the old ones."""
    if before is None or before == after:
        return
    later = (now if after is None else quiet_until(after, now)) - quiet_until(before, now)
    waiting = Delivery.objects.filter(notification__user_id=user_id, state=DeliveryState.WAITING)
    held = waiting.filter(held=True, over_cap=False)
    if held.update(not_before=F("not_before") + later):
        transaction.on_commit(wake_deliveries_soon)


def _hold_what_waits(user_id: int, quiet: QuietHours, now: datetime) -> None:
    """Let what would go out within quiet hours wait for their end, unless it is critical."""
    own = Delivery.objects.filter(notification__user_id=user_id, state=DeliveryState.WAITING)
    waiting = own.exclude(notification__severity=Severity.CRITICAL.value)
    by_end: dict[datetime, list[int]] = {}
    for delivery in waiting.select_for_update(of=("self",)).order_by("pk"):
        moment = max(now, delivery.not_before)
        if (end := quiet_until(quiet, moment)) > moment:
            by_end.setdefault(end, []).append(delivery.pk)
    for end, ids in by_end.items():
        Delivery.objects.filter(pk__in=ids).update(not_before=end, held=True)

"""Reads what users prefer."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

import msgspec
from django.conf import settings
from django.db.models import QuerySet

from alerts.models import ChannelSwitch, NotificationPreferences
from alerts.preferences.quiet_hours import known_timezones
from alerts.preferences.words import Channel, Preferences, QuietHours
from streaming.events import NotificationKind

_KINDS = frozenset(kind.value for kind in NotificationKind)
_CHANNELS = frozenset(channel.value for channel in Channel)


def preferences_of(user_id: int) -> Preferences:
    """Return a user's preferences."""
    return preferences_of_users([user_id])[user_id]


def preferences_of_users(user_ids: Collection[int]) -> Mapping[int, Preferences]:
    """Return the preferences of each user; two queries."""
    rows = {row.user_id: row for row in NotificationPreferences.objects.filter(user_id__in=user_ids)}
    switched_off: dict[int, set[Channel]] = {}
    for user_id, channel in ChannelSwitch.objects.filter(user_id__in=user_ids).values_list("user_id", "channel"):
        switched_off.setdefault(user_id, set()).update(_channels([channel]))
    return {user_id: _preferences(rows.get(user_id), switched_off.get(user_id, ())) for user_id in user_ids}


def switches_of(user_id: int) -> QuerySet[ChannelSwitch]:
    """Return the user's channels that are switched off."""
    return ChannelSwitch.objects.filter(user_id=user_id)


def _preferences(row: NotificationPreferences | None, switched_off: Iterable[Channel]) -> Preferences:
    deployment = Preferences(
        switched_off=frozenset(switched_off),
        acknowledge_within=timedelta(seconds=settings.NOTIFICATIONS_ACKNOWLEDGE_SECONDS),
    )
    if row is None:
        return deployment
    return msgspec.structs.replace(
        deployment,
        kinds={NotificationKind(kind): _channels(channels) for kind, channels in row.kinds.items() if kind in _KINDS},
        quiet_hours=quiet_hours_of_row(row),
        digest=row.digest,
        escalate=row.escalate,
    )


def _channels(names: Iterable[str]) -> tuple[Channel, ...]:
    return tuple(Channel(name) for name in names if name in _CHANNELS)


def quiet_hours_of_row(row: NotificationPreferences) -> QuietHours | None:
    """Return the row's quiet hours; in UTC where this machine's time zones don't know the user's any more."""
    if row.quiet_start is None or row.quiet_end is None or row.quiet_start == row.quiet_end:
        return None
    timezone = row.timezone if row.timezone in known_timezones() else "UTC"
    return QuietHours(start=row.quiet_start, end=row.quiet_end, timezone=timezone)

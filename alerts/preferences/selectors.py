"""Reads what users prefer."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

import msgspec
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from alerts.models import ChannelSwitch, NotificationPreferences, PushSubscription, WebhookTarget
from alerts.preferences.quiet_hours import known_timezones
from alerts.preferences.words import Channel, Preferences, QuietHours
from streaming.events import NotificationKind

_KINDS = frozenset(kind.value for kind in NotificationKind)
_CHANNELS = frozenset(channel.value for channel in Channel)


def preferences_of(user_id: int) -> Preferences:
    """Return a user's preferences."""
    return preferences_of_users([user_id])[user_id]


def preferences_of_users(user_ids: Collection[int]) -> Mapping[int, Preferences]:
    """Return the preferences of each user; three queries."""
    rows = {row.user_id: row for row in NotificationPreferences.objects.filter(user_id__in=user_ids)}
    switched_off: dict[int, set[Channel]] = {}
    for user_id, channel in ChannelSwitch.objects.filter(user_id__in=user_ids).values_list("user_id", "channel"):
        switched_off.setdefault(user_id, set()).update(_channels([channel]))
    missing = _channels_without_target(user_ids)
    return {
        user_id: _preferences(rows.get(user_id), switched_off.get(user_id, ()), missing.get(user_id, frozenset()))
        for user_id in user_ids
    }


def switches_of(user_id: int) -> QuerySet[ChannelSwitch]:
    """Return the user's channels that are switched off."""
    return ChannelSwitch.objects.filter(user_id=user_id)


def _channels_without_target(user_ids: Collection[int]) -> Mapping[int, frozenset[Channel]]:
    """Return by which channels there is nowhere to reach each user; every user has an email address."""
    browsers = PushSubscription.objects.filter(user_id=OuterRef("pk"))
    webhooks = WebhookTarget.objects.filter(user_id=OuterRef("pk"))
    users = User.objects.filter(pk__in=user_ids).order_by()
    found = users.values_list("pk", Exists(browsers), Exists(webhooks))
    may_push = bool(settings.VAPID_PRIVATE_KEY)
    missing = {}
    for user_id, has_browser, has_webhook in found:
        has = {Channel.WEB_PUSH: may_push and has_browser, Channel.WEBHOOK: has_webhook}
        missing[user_id] = frozenset(channel for channel, target in has.items() if not target)
    return missing


def _preferences(
    row: NotificationPreferences | None, switched_off: Iterable[Channel], without_target: frozenset[Channel]
) -> Preferences:
    deployment = Preferences(
        switched_off=frozenset(switched_off),
        without_target=without_target,
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

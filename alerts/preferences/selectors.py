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
    """Return the preferences of each user; two queries."""
    rows = {row.user_id: row for row in NotificationPreferences.objects.filter(user_id__in=user_ids)}
    hopeless = _hopeless_channels(user_ids)
    return {user_id: _preferences(rows.get(user_id), *hopeless.get(user_id, (set(), set()))) for user_id in user_ids}


def switches_of(user_id: int) -> QuerySet[ChannelSwitch]:
    """Return the user's channels that are switched off."""
    return ChannelSwitch.objects.filter(user_id=user_id)


def _hopeless_channels(user_ids: Collection[int]) -> Mapping[int, tuple[set[Channel], set[Channel]]]:
    """Return of each user the channels that are switched off, and those that have nowhere to reach the user.

    Every user has an email address.
    """
    browsers = PushSubscription.objects.filter(user_id=OuterRef("pk"))
    webhooks = WebhookTarget.objects.filter(user_id=OuterRef("pk"))
    users = User.objects.filter(pk__in=user_ids).order_by()
    may_push = bool(settings.VAPID_PRIVATE_KEY)
    found: dict[int, tuple[set[Channel], set[Channel]]] = {}
    with_switches = users.values_list("pk", Exists(browsers), Exists(webhooks), "switched_off_channels__channel")
    for user_id, has_browser, has_webhook, off in with_switches:
        has = {Channel.WEB_PUSH: may_push and has_browser, Channel.WEBHOOK: has_webhook}
        missing = {channel for channel, target in has.items() if not target}
        found.setdefault(user_id, (set(), missing))[0].update(_channels([] if off is None else [off]))
    return found


def _preferences(
    row: NotificationPreferences | None, switched_off: Iterable[Channel], without_target: Iterable[Channel]
) -> Preferences:
    deployment = Preferences(
        switched_off=frozenset(switched_off),
        without_target=frozenset(without_target),
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

"""Reads what users prefer."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import User
from accounts.selectors import mail_goes_to
from accounts.time_zones.zones import known_timezones
from alerts.events import NotificationKind
from alerts.models import ChannelSwitch, NotificationPreferences, PushSubscription, ServiceAddress, WebhookTarget
from alerts.preferences.preferences import SERVICES, Channel, Preferences, QuietHours
from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among

_STORED = ("user_id", "kinds", "quiet_start", "quiet_end", "timezone", "digest", "escalate", "sound", "vibration")
_PREFERENCES = CompiledQuery(
    NotificationPreferences,
    lambda: NotificationPreferences.objects.filter(Among("user_id", Given("users"))).order_by().values_list(*_STORED),
)
_KINDS = frozenset(kind.value for kind in NotificationKind)
_CHANNELS = frozenset(channel.value for channel in Channel)


def preferences_of(user_id: int) -> Preferences:
    """Return a user's preferences."""
    return preferences_of_users([user_id])[user_id]


def preferences_of_users(user_ids: Collection[int]) -> Mapping[int, Preferences]:
    """Return the preferences of each user; two queries."""
    found = (dict(zip(_STORED, row, strict=True)) for row in _PREFERENCES.rows(users=user_ids))
    rows = {columns["user_id"]: NotificationPreferences(**columns) for columns in found}
    reach = _reach_of_users(user_ids)
    return {user_id: _preferences(rows.get(user_id), reach.get(user_id, _Reach())) for user_id in user_ids}


def switches_of(user_id: int) -> QuerySet[ChannelSwitch]:
    """Return the user's channels that are switched off."""
    return ChannelSwitch.objects.filter(user_id=user_id)


class _Reach(msgspec.Struct):
    """Which channels don't reach a user, or not surely: see `Preferences`."""

    switched_off: set[Channel] = msgspec.field(default_factory=set)
    without_target: frozenset[Channel] = frozenset()
    unconfirmed: frozenset[Channel] = frozenset()


def _users_with_targets() -> QuerySet[User, tuple[Any, ...]]:
    """Return users, what mail may go to, and which other targets each has, with a row for each channel that is off."""
    browsers = PushSubscription.objects.filter(user_id=OuterRef("pk"))
    webhooks = WebhookTarget.objects.filter(user_id=OuterRef("pk"))
    targets = {"has_browser": Exists(browsers), "has_webhook": Exists(webhooks)}
    targets |= {f"has_{service}": Exists(_addresses_by(service)) for service in SERVICES}
    users = User.objects.filter(Among("id", Given("users"))).order_by()
    return users.annotate(**targets, off=F("switched_off_channels__channel")).values_list(
        "id", "email", "email_confirmed_at", "off", *targets
    )


def _addresses_by(service: Channel) -> QuerySet[ServiceAddress]:
    return ServiceAddress.objects.filter(user_id=OuterRef("pk"), channel=service.value)


_REACH = CompiledQuery(User, _users_with_targets)


def _reach_of_users(user_ids: Collection[int]) -> Mapping[int, _Reach]:
    """Return what reaches each user; one query."""
    found: dict[int, _Reach] = {}
    for user_id, email, confirmed_at, off, has_browser, has_webhook, *has_addresses in _REACH.rows(users=user_ids):
        has = {Channel.WEB_PUSH: bool(settings.VAPID_PRIVATE_KEY) and has_browser, Channel.WEBHOOK: has_webhook}
        has |= zip(SERVICES, has_addresses, strict=True)
        reach = found.setdefault(
            user_id,
            _Reach(
                without_target=frozenset(channel for channel, target in has.items() if not target),
                unconfirmed=frozenset() if mail_goes_to(email, confirmed_at) else frozenset({Channel.EMAIL}),
            ),
        )
        reach.switched_off.update(_channels([] if off is None else [off]))
    return found


def _preferences(row: NotificationPreferences | None, reach: _Reach) -> Preferences:
    deployment = Preferences(
        switched_off=frozenset(reach.switched_off),
        without_target=reach.without_target,
        unconfirmed=reach.unconfirmed,
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
        sound=row.sound,
        vibration=row.vibration,
    )


def _channels(names: Iterable[str]) -> tuple[Channel, ...]:
    return tuple(Channel(name) for name in names if name in _CHANNELS)


def quiet_hours_of_row(row: NotificationPreferences) -> QuietHours | None:
    """Return the row's quiet hours; in UTC where this machine's time zones don't know the user's any more."""
    if row.quiet_start is None or row.quiet_end is None or row.quiet_start == row.quiet_end:
        return None
    timezone = row.timezone if row.timezone in known_timezones() else "UTC"
    return QuietHours(start=row.quiet_start, end=row.quiet_end, timezone=timezone)

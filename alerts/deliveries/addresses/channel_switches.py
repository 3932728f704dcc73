"""Switching a channel off that can't reach its user any more, saying so by others, and switching it on again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from alerts.deliveries.channels.declared_services import SERVICES
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelChoices, ChannelSwitch
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from alerts.preferences.selectors import preferences_of

_NAMES = {
    ChannelChoices.WEBSOCKET: "WebSocket",
    ChannelChoices.EMAIL: "email",
    ChannelChoices.WEB_PUSH: "web push",
    ChannelChoices.WEBHOOK: "webhook",
    **{ChannelChoices(channel): service.name for channel, service in SERVICES.items()},
}
_TOLD_BY = (Channel.WEBSOCKET, Channel.EMAIL)


@transaction.atomic
def channel_switch_off(*, user_id: int, channel: ChannelChoices, reason: str, now: datetime) -> bool:
    """Switch a channel off, and tell the user; return False where it was off already.

    It is told on the page, and by email unless the user has chosen that what the platform tells isn't mailed.
    """
    _, is_new = ChannelSwitch.objects.get_or_create(
        user_id=user_id, channel=channel, defaults={"reason": reason, "switched_off_at": now}
    )
    if is_new:
        notifications_store(drafts=[_draft(user_id, channel, reason)], now=now)
    return is_new


def channels_switch_on(*, channels: Collection[tuple[int, str]]) -> None:
    """Switch channels of users on again."""
    for user_id, channel in channels:
        ChannelSwitch.objects.filter(user_id=user_id, channel=channel).delete()


def _draft(user_id: int, channel: ChannelChoices, reason: str) -> NotificationDraft:
    name = _NAMES[channel]
    return NotificationDraft(
        user_id=user_id,
        kind=NotificationKind.SYSTEM,
        severity=Severity.WARNING,
        title=f"Notifications by {name} are switched off",
        body=f"They could not reach you: {reason}. Choose {name} again in the preferences once that is mended.",
        channels=_told_by(user_id, channel),
    )


def _told_by(user_id: int, channel: ChannelChoices) -> tuple[Channel, ...]:
    chosen = preferences_of(user_id).kinds.get(NotificationKind.SYSTEM, _TOLD_BY)
    unwanted = {channel.value} if Channel.EMAIL in chosen else {channel.value, Channel.EMAIL.value}
    return tuple(one for one in _TOLD_BY if one.value not in unwanted)

"""Sending a test by a channel: a notification like any other, so that caps, quiet hours and guards hold for it, too."""

from datetime import datetime

from django.db import transaction

from alerts.deliveries.selectors import channel_state
from alerts.deliveries.wake_ups import wake_deliveries_soon
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelChoices, Delivery
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


@transaction.atomic
def channel_test_send(*, user_id: int, channel: Channel, now: datetime) -> Delivery:
    """Store a notification that goes out by this channel only, and return its delivery.

    Raise `CommandRefusedError` (CONFLICT) where the channel has nowhere to reach the user, or is switched off.
    """
    state = channel_state(user_id=user_id, channel=ChannelChoices(channel))
    if state.reason is not None:
        raise CommandRefusedError(CommandErrorCode.CONFLICT, state.reason)
    if state.switched_off is not None:
        raise CommandRefusedError(CommandErrorCode.CONFLICT, f"It is switched off: {state.switched_off.reason}")
    (notification,) = notifications_store(drafts=[_draft(user_id, channel)], now=now)
    transaction.on_commit(wake_deliveries_soon)
    return Delivery.objects.select_related("notification").get(notification=notification, channel=channel.value)


def _draft(user_id: int, channel: Channel) -> NotificationDraft:
    return NotificationDraft(
        user_id=user_id,
        kind=NotificationKind.SYSTEM,
        severity=Severity.INFO,
        title=f"A test by {ChannelChoices(channel).label}",
        body="You asked for it. Your notifications come this way.",
        data='{"test":true}',
        channels=(channel,),
    )

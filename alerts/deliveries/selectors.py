"""Reads what is due, and where the channels reach a user."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from django.db.models import Q

from accounts.models import User
from accounts.selectors import mail_address_of
from alerts.deliveries.addresses.service_addresses import shown_address
from alerts.deliveries.channels.web_push.vapid import vapid_key
from alerts.models import (
    DELIVERIES_TO_SEND,
    ChannelChoices,
    ChannelSwitch,
    Delivery,
    DeliveryState,
    Notification,
    PushSubscription,
    ServiceAddress,
    WebhookTarget,
)
from alerts.preferences.preferences import SERVICES
from streaming.times import milliseconds

MOST_RESULTS = 10
_LOOKED_AT = 500


def due(now: datetime) -> Q:
    """Return which deliveries somebody must see to now: those that wait, and those whose holder hasn't finished."""
    free = Q(state=DeliveryState.WAITING) | Q(state=DeliveryState.SENDING, lease_until__lte=now)
    return Q(state__in=DELIVERIES_TO_SEND, not_before__lte=now) & free


class WorkDue(msgspec.Struct, frozen=True):
    """By which channels there is something to send, and whether anything that was held up is due."""

    channels: frozenset[ChannelChoices]
    has_held: bool


def due_channels(*, now: datetime) -> WorkDue:
    """Return what is due; one query."""
    found = list(Delivery.objects.filter(due(now)).order_by().values_list("channel", "held").distinct())
    channels = frozenset(ChannelChoices(channel) for channel, held in found if not held)
    return WorkDue(channels=channels, has_held=any(held for _, held in found))


class SwitchedOff(msgspec.Struct, frozen=True, kw_only=True):
    """Why a channel was switched off, and when (ms since the epoch)."""

    reason: str
    at: int


class ChannelReach(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a channel can reach a user: `target` is where, or would be, `reason` why not."""

    channel: ChannelChoices
    available: bool
    reason: str | None = None
    target: str | None = None
    switched_off: SwitchedOff | None = None


def channel_states(*, user_id: int) -> list[ChannelReach]:
    """Return the state of every channel for a user."""
    switches = {row.channel: row for row in ChannelSwitch.objects.filter(user_id=user_id)}
    targets = _targets(user_id)
    return [_state(channel, targets[channel], switches) for channel in ChannelChoices]


def channel_state(*, user_id: int, channel: ChannelChoices) -> ChannelReach:
    """Return the state of one channel for a user."""
    return next(state for state in channel_states(user_id=user_id) if state.channel == channel)


def channel_results(*, user_id: int, channel: ChannelChoices) -> list[Delivery]:
    """Return what became of the newest notifications by a channel, the newest first: ten, of the user's newest 500."""
    newest = Notification.objects.filter(user_id=user_id).order_by("-seq").values("pk")[:_LOOKED_AT]
    own = Delivery.objects.filter(channel=channel, notification_id__in=list(newest.values_list("pk", flat=True)))
    return list(own.select_related("notification").order_by("-pk")[:MOST_RESULTS])


def push_subscriptions_of(*, user_id: int) -> list[PushSubscription]:
    """Return a user's browsers, the oldest first."""
    return list(PushSubscription.objects.filter(user_id=user_id))


def webhook_target_of(*, user_id: int) -> WebhookTarget | None:
    """Return where a user's webhook is."""
    return WebhookTarget.objects.filter(user_id=user_id).first()


_Target = tuple[str | None, str | None]
"""Where a channel reaches a user, and why it doesn't, where that is so."""


def _targets(user_id: int) -> Mapping[ChannelChoices, _Target]:
    user = User.objects.get(pk=user_id)
    webhook = webhook_target_of(user_id=user_id)
    return {
        ChannelChoices.WEBSOCKET: ("every open page and program that is logged in", None),
        ChannelChoices.EMAIL: _email_target(user),
        ChannelChoices.WEB_PUSH: _push_target(PushSubscription.objects.filter(user_id=user_id).count()),
        ChannelChoices.WEBHOOK: (webhook.url, None) if webhook else (None, "No webhook address is set"),
        **_service_targets(user_id),
    }


def service_addresses_of(*, user_id: int) -> list[ServiceAddress]:
    """Return where services reach a user."""
    return list(ServiceAddress.objects.filter(user_id=user_id).order_by("channel"))


def _service_targets(user_id: int) -> Mapping[ChannelChoices, _Target]:
    shown = {row.channel: shown_address(row) for row in service_addresses_of(user_id=user_id)}
    return {
        ChannelChoices(name): (shown[name], None) if name in shown else (None, "No address is set") for name in SERVICES
    }


def _email_target(user: User) -> _Target:
    if not user.email:
        return None, "The account has no email address"
    confirmed = mail_address_of(user) is not None
    return user.email, None if confirmed else f"Confirm the address {user.email} first: it gets no mail before"


def _push_target(browsers: int) -> _Target:
    if vapid_key() is None:
        return None, "Web push is off here"
    if browsers == 0:
        return None, "No browser is subscribed"
    return f"{browsers} browser{'s' if browsers > 1 else ''}", None


def _state(channel: ChannelChoices, target: _Target, switches: Mapping[str, ChannelSwitch]) -> ChannelReach:
    where, reason = target
    switch = switches.get(channel)
    off = None if switch is None else SwitchedOff(reason=switch.reason, at=milliseconds(switch.switched_off_at))
    return ChannelReach(channel=channel, available=reason is None, reason=reason, target=where, switched_off=off)

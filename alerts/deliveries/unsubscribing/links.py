"""Ending mails by the link that each of them carries (RFC 8058), without a login.

The link is signed for this purpose, names the user and the kind of notification, and can do nothing else. It is good
for ever, as a mail may be read years later; whoever has the mail can end further ones, and learns nothing.
"""

from collections.abc import Collection, Mapping

import msgspec
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction

from alerts.deliveries.cancelling import deliveries_cancel_of_kind
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelChoices
from alerts.preferences.parameters import KindsGiven
from alerts.preferences.preferences import Channel, Preferences
from alerts.preferences.selectors import preferences_of
from alerts.preferences.services import channels_choose
from alerts.rules.services import rules_leave_channel

UNSUBSCRIBE_PATH = "account/unsubscribe/"
_REASON = "mails of this kind were unsubscribed from"
_SIGNER = Signer(salt="alerts.deliveries.unsubscribing")


class Subscription(msgspec.Struct, frozen=True):
    """Whose mails of which kind a link ends."""

    user: int
    kind: NotificationKind


def unsubscribe_url(subscription: Subscription) -> str:
    """Return the link that ends such mails."""
    token = _SIGNER.sign_object(msgspec.to_builtins(subscription))
    return f"{settings.PUBLIC_URL}/{UNSUBSCRIBE_PATH}{token}"


def subscription_of(token: str) -> Subscription | None:
    """Return what a link is about; None for one that wasn't signed here, for this."""
    try:
        return msgspec.convert(_SIGNER.unsign_object(token), Subscription)
    except (BadSignature, ValueError):  # a kind that there is no more is a ValueError of msgspec's
        return None


@transaction.atomic
def mails_unsubscribe(*, user_id: int, kinds: Collection[NotificationKind]) -> None:
    """Leave email out of the channels of these kinds; harmless if done twice.

    The others are no choice of the user's: one that is switched off stays so, unlike in the preferences. Rules that
    chose email by themselves do so no more, and what was yet to be mailed is cancelled.
    """
    kept = _without_email(preferences_of(user_id), kinds)
    if kept:
        channels_choose(user_id=user_id, given=KindsGiven(**kept))
    if NotificationKind.ALERT in kinds:
        rules_leave_channel(owner_id=user_id, channel=Channel.EMAIL, by=user_id)
    for kind in kinds:
        deliveries_cancel_of_kind(user_id=user_id, kind=kind, channel=ChannelChoices.EMAIL, reason=_REASON)


def _without_email(preferences: Preferences, kinds: Collection[NotificationKind]) -> Mapping[str, tuple[Channel, ...]]:
    """Return the other channels of those kinds that go out by email: by default what is critical does."""
    chosen = {kind: preferences.channels_of(kind, Severity.CRITICAL) for kind in kinds}
    return {
        kind.value: tuple(channel for channel in channels if channel is not Channel.EMAIL)
        for kind, channels in chosen.items()
        if Channel.EMAIL in channels
    }

"""What changes where the channels reach a user: browsers' subscriptions, and the webhook."""

import base64
import binascii
import secrets
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction

from accounts.user_lock import user_lock
from alerts.deliveries.addresses.channel_switches import channels_switch_on
from alerts.deliveries.channels.web_push.vapid import vapid_key
from alerts.deliveries.guarded_http import AllowedNetworks, refusal_of_url
from alerts.models import ChannelChoices, PushSubscription, WebhookTarget
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import Parameters

MOST_BROWSERS = 20
LONGEST_URL = 500
_SECRET_BYTES = 32
_AUTH_BYTES = 16
_POINT_BYTES = 65

Url = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_URL)]


class BrowserKeys(Parameters, frozen=True, kw_only=True):
    """The keys of a subscription, in URL-safe base64: a point of P-256, and 16 bytes."""

    p256dh: Annotated[str, msgspec.Meta(max_length=120)]
    auth: Annotated[str, msgspec.Meta(max_length=60)]

    def wrong_together(self) -> dict[str, str]:
        """Refuse what no browser gives."""
        wrong = {}
        if not _is_point(_decoded(self.p256dh)):
            wrong["p256dh"] = "p256dh must be a public key as PushSubscription.toJSON() gives it"
        if len(_decoded(self.auth)) != _AUTH_BYTES:
            wrong["auth"] = "auth must be 16 bytes as PushSubscription.toJSON() gives them"
        return wrong


class NewPushSubscription(Parameters, frozen=True, kw_only=True):
    """What a browser's `PushSubscription.toJSON()` gives; `expirationTime` doesn't matter to us."""

    endpoint: Url
    keys: BrowserKeys
    user_agent: Annotated[str, msgspec.Meta(max_length=200)] = ""
    expiration_time: int | None = msgspec.field(name="expirationTime", default=None)

    def wrong_together(self) -> dict[str, str]:
        """Refuse what we would never push to."""
        return _wrong_url("endpoint", self.endpoint)


class NewWebhookTarget(Parameters, frozen=True, kw_only=True):
    """Where the webhook is to be; with `new_secret` it is signed by another secret from now on."""

    url: Url
    new_secret: bool = False

    def wrong_together(self) -> dict[str, str]:
        """Refuse what we would never post to."""
        return _wrong_url("url", self.url)


@transaction.atomic
def push_subscription_put(*, user_id: int, given: NewPushSubscription) -> PushSubscription:
    """Keep a browser's subscription, and switch web push on for the user.

    Raise `CommandRefusedError`: UNAVAILABLE where web push is off here, CONFLICT where the user has too many browsers,
    and where the endpoint is another user's: it stays theirs until they remove it or the push service says that it is
    no more. A browser that somebody else takes over subscribes anew, which gives it another endpoint.
    """
    if vapid_key() is None:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, "Web push is off here")
    user_lock(user_id)  # two at a time would both find room
    others = PushSubscription.objects.filter(user_id=user_id).exclude(endpoint=given.endpoint)
    if others.count() >= MOST_BROWSERS:
        raise CommandRefusedError(CommandErrorCode.CONFLICT, f"At most {MOST_BROWSERS} browsers can be subscribed")
    subscription = _subscription_of(user_id, given)
    if subscription.user_id != user_id:
        raise CommandRefusedError(CommandErrorCode.CONFLICT, "This browser is subscribed for another user")
    channels_switch_on(channels={(user_id, ChannelChoices.WEB_PUSH)})
    return subscription


def push_subscription_delete(*, user_id: int, subscription_id: int) -> None:
    """Forget one of the user's browsers; raise `CommandRefusedError` (NOT_FOUND) for any other."""
    if not PushSubscription.objects.filter(user_id=user_id, pk=subscription_id).delete()[0]:
        raise CommandRefusedError(CommandErrorCode.NOT_FOUND, "Not found")


def push_subscription_forget(subscription_id: int) -> None:
    """Forget a browser that its push service says is no more."""
    PushSubscription.objects.filter(pk=subscription_id).delete()


@transaction.atomic
def webhook_target_put(*, user_id: int, given: NewWebhookTarget) -> tuple[WebhookTarget, bool]:
    """Set where the webhook is, and switch it on; return whether it has a new secret, which the user must be told."""
    target = WebhookTarget.objects.select_for_update().filter(user_id=user_id).first()
    is_new = target is None or given.new_secret
    secret = secrets.token_urlsafe(_SECRET_BYTES) if target is None or given.new_secret else target.secret
    target, _ = WebhookTarget.objects.update_or_create(user_id=user_id, defaults={"url": given.url, "secret": secret})
    channels_switch_on(channels={(user_id, ChannelChoices.WEBHOOK)})
    return target, is_new


def webhook_target_delete(*, user_id: int) -> None:
    """Forget the webhook, where there is one."""
    WebhookTarget.objects.filter(user_id=user_id).delete()


def _subscription_of(user_id: int, given: NewPushSubscription) -> PushSubscription:
    """Return the subscription of an endpoint with what is given, where it is the user's; else as it is."""
    told = {"p256dh": given.keys.p256dh, "auth": given.keys.auth, "user_agent": given.user_agent}
    locked = PushSubscription.objects.select_for_update()
    subscription, is_new = locked.get_or_create(endpoint=given.endpoint, defaults={"user_id": user_id, **told})
    if not is_new and subscription.user_id == user_id:
        PushSubscription.objects.filter(pk=subscription.pk).update(**told)
        subscription.refresh_from_db()
    return subscription


def _wrong_url(name: str, url: str) -> dict[str, str]:
    refusal = refusal_of_url(url, AllowedNetworks(settings.DELIVERIES_ALLOWED_NETWORKS))
    return {name: f"{name} {refusal}"} if refusal else {}


def _decoded(text: str) -> bytes:
    """Return the bytes in URL-safe base64; none where it isn't that."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_point(raw: bytes) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return len(raw) == _POINT_BYTES

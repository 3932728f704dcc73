"""Posts a notification as JSON. The receiver may get one twice, and knows it by `X-Tidewire-Event`."""

from http import HTTPStatus

import msgspec

from alerts.deliveries.channels.webhook.signature import SIGNATURE_HEADER, signature
from alerts.deliveries.errors import DeliveryFailedError, UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks, LookUps, post
from alerts.deliveries.message import Message, event_object, notification_object
from streaming.clock import Clock
from streaming.times import iso_time
from streaming.tracing.http_requests import origin_headers

EVENT_HEADER = "X-Tidewire-Event"
_USER_AGENT = "Tidewire-Webhook/1"


class WebhookTransport:
    """Posts a notification, signed, to the address that its user has chosen."""

    slots = 32
    batch = 1

    def __init__(self, *, allowed: AllowedNetworks, look_ups: LookUps, timeout_seconds: float, clock: Clock) -> None:
        self._allowed = allowed
        self._look_ups = look_ups
        self._timeout_seconds = timeout_seconds
        self._clock = clock

    async def send(self, message: Message) -> None:
        """Post it; raise `UnreachableError` without an address, and where there is none any more (410)."""
        target = message.webhook
        if target is None:
            raise UnreachableError("no webhook address is set")
        now_ms = self._clock.now_ms()
        body = webhook_body(message, now_ms)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": _USER_AGENT,
            EVENT_HEADER: str(message.notification.id),
            **origin_headers(),
            SIGNATURE_HEADER: signature(target.secret, now_ms // 1000, body),
        }
        answer = await post(
            target.url,
            body,
            headers,
            allowed=self._allowed,
            look_up=self._look_ups.of(message.user_id),
            timeout_seconds=self._timeout_seconds,
        )
        if answer.status == HTTPStatus.GONE:
            raise UnreachableError("the webhook answered 410: it is gone")
        if not answer.is_success:
            raise DeliveryFailedError(f"the webhook answered {answer.status}", pause_seconds=answer.pause_seconds)


def webhook_body(message: Message, now_ms: int) -> bytes:
    """Return `{"event", "type", "attempt", "sent", "user", "notification", "alert"}`.

    `event` is the notification's id, the same in each attempt; `alert` is null where no rule has fired.
    """
    return msgspec.json.encode(
        {
            "event": message.notification.id,
            "type": "notification",
            "attempt": message.attempts,
            "sent": iso_time(now_ms),
            "user": message.username,
            "notification": notification_object(message),
            "alert": None if message.alert is None else event_object(message.alert),
        }
    )

"""What a channel is given to send: all that it needs to know, read from the database beforehand."""

from functools import cache

import msgspec

from accounts.time_zones.zones import UTC_NAME
from alerts.events import Alert, Notification
from alerts.models import ChannelChoices, ServiceAddress
from streaming.events.fields import DataWriter, declared_fields
from streaming.times import iso_time
from streaming.tracing.origin import Origin


class WebhookAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a user's webhook is, and the secret that signs."""

    url: str
    secret: str


class PushAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that takes pushes; its keys in URL-safe base64."""

    id: int
    endpoint: str
    p256dh: str
    auth: str


class ServiceTarget(msgspec.Struct, frozen=True, kw_only=True):
    """Where a user is reached by a service: of these what that service asks for, and the others empty."""

    url: str = ""
    token: str = ""
    chat_id: str = ""


def service_target(row: ServiceAddress) -> ServiceTarget:
    """Return where a stored address is."""
    return ServiceTarget(url=row.url, token=row.token, chat_id=row.chat_id)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery. `alert` is the firing behind it, `count` how often the same has happened.

    `attempts` counts this one; `zone` names the time zone in which the user is written to; `interval` is that of the
    candles which the rule looks at, empty where it looks at none; `email` is the confirmed address, empty where there
    is none; `price_decimals` are those that the firing's numbers have at least in a mail, as prices of its market;
    `service` is the user's address by the channel, where that is a service; `origin` is on whose behalf it is.
    """

    delivery_id: int
    channel: ChannelChoices
    attempts: int
    user_id: int
    username: str
    email: str
    zone: str = UTC_NAME
    interval: str = ""
    notification: Notification
    count: int = 1
    alert: Alert | None = None
    price_decimals: int = 0
    webhook: WebhookAddress | None = None
    service: ServiceTarget | None = None
    browsers: tuple[PushAddress, ...] = ()
    origin: Origin = Origin()


def event_object(event: Alert | Notification) -> dict[str, object]:
    """Return an event's data for JSON: exact numbers, and times as ISO 8601."""
    return _writer_of(type(event)).write(event)


@cache  # drawn once for a kind, not for each delivery
def _writer_of(kind: type[Alert | Notification]) -> DataWriter:
    return DataWriter(kind, declared_fields(kind), iso_time)


def notification_object(message: Message) -> dict[str, object]:
    """Return what programs are told of the notification, as the topic `notifications` tells it, and its `count`."""
    return {**event_object(message.notification), "count": message.count}

"""Reads what a channel needs to know of claimed deliveries, for all of them together."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from accounts.selectors import mail_address_of
from accounts.time_zones.zones import zone_of
from alerts.deliveries.message import Message, PushAddress, ServiceTarget, WebhookAddress, service_target
from alerts.events import Alert, AlertOperator, AlertState, Notification, NotificationKind, Severity
from alerts.models import (
    AlertEvent,
    ChannelChoices,
    Delivery,
    PushSubscription,
    ServiceAddress,
    WebhookTarget,
)
from alerts.models import Notification as StoredNotification
from alerts.preferences.preferences import SERVICES
from alerts.rules.series_choice import lies_among_prices
from streaming.market.selectors import SymbolUnits, units_of_symbols
from streaming.times import milliseconds


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where the channels reach users, by the users' ids; by a service, by that, too."""

    webhooks: Mapping[int, WebhookAddress]
    browsers: Mapping[int, tuple[PushAddress, ...]]
    services: Mapping[tuple[int, str], ServiceTarget]


def addresses_of(deliveries: Sequence[Delivery]) -> Addresses:
    """Return where these are to go; the number of queries doesn't grow with the deliveries."""
    return Addresses(
        webhooks=_webhooks(_users_of(deliveries, ChannelChoices.WEBHOOK)),
        browsers=_browsers(_users_of(deliveries, ChannelChoices.WEB_PUSH)),
        services=_services(deliveries),
    )


def units_of_firings(deliveries: Iterable[Delivery]) -> Mapping[str, SymbolUnits]:
    """Return in what the symbols of the firings are counted that are mailed, by one query; of others nobody is told."""
    mailed = (one.notification.event for one in deliveries if one.channel == ChannelChoices.EMAIL)
    symbols = {event.symbol for event in mailed if event is not None} - {""}
    return units_of_symbols(symbols)


def message_of(delivery: Delivery, addresses: Addresses, units: Mapping[str, SymbolUnits]) -> Message:
    """Return what is to be sent; raise `ValueError` for a row of words that nobody knows (any more).

    The delivery comes with its notification, the user, and the event and the rule behind it.
    """
    notification = delivery.notification
    user, event = notification.user, notification.event
    return Message(
        delivery_id=delivery.pk,
        channel=ChannelChoices(delivery.channel),
        attempts=delivery.attempts,
        user_id=user.pk,
        username=user.username,
        email=mail_address_of(user) or "",
        zone=zone_of(user.time_zone, user.device_time_zone),
        interval="" if event is None else event.rule.interval,
        notification=notification_event(notification),
        count=notification.count,
        alert=None if event is None else _alert_of(event),
        price_decimals=0 if event is None else _price_decimals(event, units),
        webhook=addresses.webhooks.get(user.pk),
        browsers=addresses.browsers.get(user.pk, ()),
        service=addresses.services.get((user.pk, delivery.channel)),
        origin=notification.origin,
    )


def notification_event(row: StoredNotification) -> Notification:
    """Return a stored notification as its topic tells it."""
    return Notification(
        id=row.pk,
        seq=row.seq,
        kind=NotificationKind(row.kind),
        severity=Severity(row.severity),
        title=row.title,
        body=row.body,
        data=row.data,
        rule=row.rule_id,
        time=milliseconds(row.created_at),
        read=row.read_at is not None,
    )


def alert_event(row: AlertEvent, state: AlertState) -> Alert:
    """Return a firing as its topic tells it, with the state of its rule."""
    return Alert(
        rule=row.rule_id,
        name=row.name,
        symbol=row.symbol or None,
        source=row.source,
        operator=AlertOperator(row.operator),
        value=row.value,
        threshold=row.threshold,
        previous=row.previous,
        state=state,
        late=row.late,
        simulated=row.simulated,
        time=milliseconds(row.fired_at),
    )


def _alert_of(row: AlertEvent) -> Alert:
    return alert_event(row, AlertState(row.rule.state))


def _price_decimals(event: AlertEvent, units: Mapping[str, SymbolUnits]) -> int:
    """Return the decimals of its market where a firing lies among prices, while its rule still has that condition."""
    [condition] = event.rule.conditions[event.condition : event.condition + 1] or [{}]
    is_price = lies_among_prices(condition.get("field", ""), condition.get("indicator", ""))
    return units[event.symbol].price_decimals if is_price and event.symbol in units else 0


def _users_of(deliveries: Iterable[Delivery], channel: ChannelChoices) -> set[int]:
    return {delivery.notification.user_id for delivery in deliveries if delivery.channel == channel}


def _webhooks(users: set[int]) -> Mapping[int, WebhookAddress]:
    rows = WebhookTarget.objects.filter(user_id__in=users) if users else ()
    return {row.user_id: WebhookAddress(url=row.url, secret=row.secret) for row in rows}


def _browsers(users: set[int]) -> Mapping[int, tuple[PushAddress, ...]]:
    found: dict[int, tuple[PushAddress, ...]] = {}
    for row in PushSubscription.objects.filter(user_id__in=users) if users else ():
        address = PushAddress(id=row.pk, endpoint=row.endpoint, p256dh=row.p256dh, auth=row.auth)
        found[row.user_id] = (*found.get(row.user_id, ()), address)
    return found


def _services(deliveries: Iterable[Delivery]) -> Mapping[tuple[int, str], ServiceTarget]:
    users = {delivery.notification.user_id for delivery in deliveries if delivery.channel in SERVICES}
    rows = ServiceAddress.objects.filter(user_id__in=users) if users else ()
    return {(row.user_id, row.channel): service_target(row) for row in rows}

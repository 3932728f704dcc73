"""What changes when a user has seen notifications: they are acknowledged or read, and further channels have no need."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from alerts.models import Delivery, DeliveryState, Notification
from alerts.notifications.numbering import counters_lock
from alerts.notifications.selectors import notifications_of
from alerts.preferences.preferences import Channel
from alerts.preferences.selectors import preferences_of
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode

ACKNOWLEDGED_TOGETHER = 500
"""How many numbers one acknowledgement stands for, back from its own."""
_GONE_OUT = (DeliveryState.SENDING, DeliveryState.SENT)


@transaction.atomic
def notifications_acknowledge(*, user_id: int, seq: int, now: datetime) -> None:
    """Take note that the user's client has shown the notification of this number, and what the socket told before it.

    An earlier one that the socket has not told yet, as in quiet hours, stays to be told. Where the user lets channels
    follow each other, those that still wait are cancelled. Refuse a number that was never given, as not found.
    """
    if seq > counters_lock([user_id])[user_id].last:
        raise _not_found()
    near = notifications_of(user_id).filter(seq__gt=seq - ACKNOWLEDGED_TOGETHER, seq__lte=seq)
    seen_elsewhere = Q(state=DeliveryState.WAITING, sent_at__isnull=True, notification__seq=seq)
    told = _locked(_by_socket(near).filter(Q(state__in=_GONE_OUT) | seen_elsewhere))
    seen = Notification.objects.filter(pk__in=[delivery.notification_id for delivery in told])
    _acknowledge(Delivery.objects.filter(pk__in=[delivery.pk for delivery in told]), now)
    _cancel_further_channels(user_id, seen)


@transaction.atomic
def notifications_mark_read(*, user_id: int, ids: tuple[int, ...], now: datetime) -> None:
    """Mark the user's notifications of these ids as read; refuse all as not found where one is not the user's."""
    counters_lock([user_id])
    named = notifications_of(user_id).filter(pk__in=ids)
    if named.count() != len(set(ids)):
        raise _not_found()
    _read(user_id, named.filter(read_at__isnull=True), now)


@transaction.atomic
def notifications_mark_all_read(*, user_id: int, now: datetime) -> None:
    """Mark all of the user's notifications as read."""
    counters_lock([user_id])
    _read(user_id, notifications_of(user_id).filter(read_at__isnull=True), now)


def _read(user_id: int, unread: QuerySet[Notification], now: datetime) -> None:
    """Mark as read, which is to have seen: the socket needn't tell it any more, if it hasn't yet."""
    _locked(Delivery.objects.filter(notification__in=unread))
    by_socket = _by_socket(unread)
    _acknowledge(by_socket.filter(state__in=_GONE_OUT), now)
    by_socket.filter(state=DeliveryState.WAITING).update(state=DeliveryState.CANCELLED)
    _cancel_further_channels(user_id, unread)
    unread.update(read_at=now)


def _by_socket(notifications: QuerySet[Notification]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(notification__in=notifications, channel=Channel.WEBSOCKET)


def _locked(deliveries: QuerySet[Delivery]) -> list[Delivery]:
    """Return deliveries, locked in the one order in which workers lock them, so that none waits in a circle."""
    return list(deliveries.select_for_update(of=("self",)).order_by("pk"))


def _acknowledge(deliveries: QuerySet[Delivery], now: datetime) -> None:
    deliveries.update(state=DeliveryState.ACKNOWLEDGED, acknowledged_at=now, lease_until=None)


def _cancel_further_channels(user_id: int, seen: QuerySet[Notification]) -> None:
    """Cancel what waits to go out by other channels, where the user lets them follow each other."""
    if preferences_of(user_id).escalate:
        waiting = Delivery.objects.filter(notification__in=seen, state=DeliveryState.WAITING)
        waiting.exclude(channel=Channel.WEBSOCKET).update(state=DeliveryState.CANCELLED)


def _not_found() -> CommandRefusedError:
    return CommandRefusedError(CommandErrorCode.NOT_FOUND, "Not found")

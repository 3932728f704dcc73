"""What changes when a user has seen notifications: they are acknowledged or read, and further channels have no need."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from alerts.deliveries.locking import in_lock_order
from alerts.models import Delivery, DeliveryState, Notification
from alerts.notifications.numbering import counters_lock
from alerts.notifications.selectors import newest_unread_number, notifications_of
from alerts.preferences.preferences import Channel
from alerts.preferences.selectors import preferences_of
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.database.conditions import Among

ACKNOWLEDGED_TOGETHER = 500
"""How many numbers one acknowledgement stands for, back from its own."""
READ_TOGETHER = 1000
"""How many notifications are marked as read at once: the user's next ones wait as long, and all that is stored with
them."""
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
    told = _by_socket(near).filter(Q(state__in=_GONE_OUT) | seen_elsewhere)
    locked = list(in_lock_order(told).values_list("pk", "notification_id"))
    _acknowledge(Delivery.objects.filter(Among("id", [pk for pk, _ in locked])), now)
    _cancel_further_channels(user_id, [seen for _, seen in locked])


@transaction.atomic
def notifications_mark_read(*, user_id: int, ids: tuple[int, ...], now: datetime) -> None:
    """Mark the user's notifications of these ids as read; refuse all as not found where one is not the user's."""
    counters_lock([user_id])
    named = notifications_of(user_id).filter(pk__in=ids)
    if named.count() != len(set(ids)):
        raise _not_found()
    _read(user_id, list(named.filter(read_at__isnull=True).values_list("pk", flat=True)), now)


def notifications_mark_all_read(*, user_id: int, now: datetime, limit: int = READ_TOGETHER) -> Iterator[int]:
    """Mark all of the user's notifications that there are at first as read; each step gives how many it was.

    A step is a transaction of its own, of at most `limit`: take them outside of any. Whoever stores notifications, and
    so whoever is told anything, waits for no more than one of them. What comes meanwhile stays unread. After a death
    between two steps the newer ones are still unread, and doing it again goes on with those.
    """
    newest, last = newest_unread_number(user_id), 0
    while last < newest:
        last, count = _portion_read(user_id, after=last, newest=newest, now=now, limit=limit)
        yield count


@transaction.atomic
def _portion_read(user_id: int, *, after: int, newest: int, now: datetime, limit: int) -> tuple[int, int]:
    """Mark the first unread ones `after` a number, up to `newest`; return up to which all are read, and how many."""
    counters_lock([user_id])
    unread = notifications_of(user_id).filter(read_at__isnull=True, seq__gt=after, seq__lte=newest)
    portion = list(unread.order_by("seq").values_list("pk", "seq")[:limit])
    _read(user_id, [pk for pk, _ in portion], now)
    return newest if len(portion) < limit else portion[-1][1], len(portion)


def _read(user_id: int, unread: Collection[int], now: datetime) -> None:
    """Mark as read, which is to have seen: the socket needn't tell it any more, if it hasn't yet."""
    deliveries = Delivery.objects.filter(Among("notification_id", unread))
    locked = in_lock_order(deliveries).values_list("pk", "channel", "state")
    by_socket = [(pk, state) for pk, channel, state in locked if channel == Channel.WEBSOCKET]
    gone_out = [pk for pk, state in by_socket if state in _GONE_OUT]
    waiting = [pk for pk, state in by_socket if state == DeliveryState.WAITING]
    _acknowledge(Delivery.objects.filter(Among("id", gone_out)), now)
    Delivery.objects.filter(Among("id", waiting)).update(state=DeliveryState.CANCELLED)
    _cancel_further_channels(user_id, unread)
    Notification.objects.filter(Among("id", unread)).update(read_at=now)


def _by_socket(notifications: QuerySet[Notification]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(notification__in=notifications, channel=Channel.WEBSOCKET)


def _acknowledge(deliveries: QuerySet[Delivery], now: datetime) -> None:
    deliveries.update(state=DeliveryState.ACKNOWLEDGED, acknowledged_at=now, lease_until=None)


def _cancel_further_channels(user_id: int, seen: Collection[int]) -> None:
    """Cancel what waits to go out by other channels, where the user lets them follow each other."""
    if preferences_of(user_id).escalate:
        waiting = Delivery.objects.filter(Among("notification_id", seen), state=DeliveryState.WAITING)
        waiting.exclude(channel=Channel.WEBSOCKET).update(state=DeliveryState.CANCELLED)


def _not_found() -> CommandRefusedError:
    return CommandRefusedError(CommandErrorCode.NOT_FOUND, "Not found")

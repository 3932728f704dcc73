"""What changes deliveries: claiming what is due, and what has become of it.

A claim is a lease: whoever holds it until `lease_until` is the only one to send, and only the holder marks what has
become of it. On PostgreSQL workers skip the rows that another one is claiming; SQLite has one writer at a time.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.selectors import mail_address_of
from alerts.deliveries.addresses.channel_switches import channel_switch_off, channels_switch_on
from alerts.deliveries.locking import deliveries_locked, in_lock_order
from alerts.deliveries.message import Message
from alerts.deliveries.message_reading import addresses_of, message_of, units_of_firings
from alerts.deliveries.selectors import due
from alerts.deliveries.sending.capacity import DeliveryCapacity, locked_for
from alerts.deliveries.timing.caps import Capped, within_caps
from alerts.deliveries.timing.escalating import let_next_wait, without_early, without_quiet
from alerts.deliveries.timing.timing_preferences import PREFERENCES_ROW, quiet_hours_of_users
from alerts.deliveries.wake_ups import wake_deliveries_soon
from alerts.models import ChannelChoices, ChannelSwitch, Delivery, DeliveryState
from alerts.notifications.numbering import counters_lock
from alerts.preferences.choice import may_go_out

LONGEST_REASON = 500
UNCONFIRMED = "the email address is not confirmed, and mail goes only to confirmed ones"
_NUL, _SIGN_OF_NUL = "\0", "\N{SYMBOL FOR NULL}"


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """A failed attempt: tried again after `wait_seconds`, or never (None). `unreachable` switches the channel off."""

    message: Message
    reason: str
    wait_seconds: float | None = None
    unreachable: bool = False


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent, of `found` due deliveries; the others must not be sent now, or any more, and are marked.

    `capped` are users who have had as much by the channel as they may, and are to be told so.
    """

    found: int
    messages: list[Message]
    capped: list[Capped] = []


@transaction.atomic
def deliveries_claim(
    *, channel: ChannelChoices, holder: str, now: datetime, lease_seconds: float, capacity: DeliveryCapacity
) -> Claimed:
    """Claim due deliveries of a channel, oldest first, as far as there is room.

    Of those that were due while nobody delivered, what quiet hours would hold up by now waits for their end.
    """
    free = Delivery.objects.filter(due(now), channel=channel, held=False).order_by("not_before", "pk")
    ids = locked_for(capacity, free)
    if not ids:
        return Claimed(found=0, messages=[])
    Delivery.objects.filter(pk__in=ids).update(
        state=DeliveryState.SENDING,
        holder=holder,
        lease_until=now + timedelta(seconds=lease_seconds),
        attempts=F("attempts") + 1,
    )
    good, capped = within_caps(channel, without_early(without_quiet(_good(ids), now), now), now)
    return Claimed(found=len(ids), messages=_messages(good), capped=capped)


@transaction.atomic
def deliveries_renew(*, messages: Sequence[Message], holder: str, now: datetime, lease_seconds: float) -> None:
    """Let the holder have for longer what it is still sending; what is no longer its own stays as it is."""
    held = _held_by(holder, [message.delivery_id for message in messages])
    deliveries_locked(held).update(lease_until=now + timedelta(seconds=lease_seconds))


@transaction.atomic
def deliveries_sent(*, messages: Sequence[Message], holder: str, now: datetime, took_ms: int | None = None) -> None:
    """Mark what was sent; what is no longer the holder's, or was acknowledged meanwhile, stays as it is."""
    held = _held_by(holder, [message.delivery_id for message in messages]).select_related(PREFERENCES_ROW)
    rows = list(in_lock_order(held))
    let_next_wait(rows, now)
    sent = Delivery.objects.filter(pk__in=[row.pk for row in rows])
    sent.update(state=DeliveryState.SENT, sent_at=now, lease_until=None, error="", **_attempt(now, took_ms))


@transaction.atomic
def deliveries_failed(*, failures: Sequence[Failed], holder: str, now: datetime, took_ms: int | None = None) -> None:
    """Mark what failed: it waits, or is dead; a channel that can't reach its user is switched off, which is told.

    What would be tried again within quiet hours waits for their end, unless it is critical.
    """
    counters_lock({failure.message.user_id for failure in failures if failure.unreachable})
    quiet = quiet_hours_of_users({one.message.user_id for one in failures if one.wait_seconds is not None})
    deliveries_locked(_held_by(holder, [failure.message.delivery_id for failure in failures]))
    for failure in failures:
        message = failure.message
        row = _held_by(holder, [message.delivery_id])
        tried = {"lease_until": None, "error": _short(failure.reason), **_attempt(now, took_ms)}
        if failure.wait_seconds is not None:
            later = now + timedelta(seconds=failure.wait_seconds)
            until = may_go_out(quiet.get(message.user_id), message.notification.severity, later)
            row.update(state=DeliveryState.WAITING, not_before=until, held=until > later, **tried)
        elif row.update(state=DeliveryState.DEAD, **tried):
            _switch_off(failure, now)


def delivery_end(*, delivery_id: int, holder: str, state: DeliveryState, reason: str, sent_at: datetime | None) -> None:
    """Mark a delivery as it ended, and nothing else; what is no longer the holder's stays as it is."""
    _held_by(holder, [delivery_id]).update(state=state, sent_at=sent_at, lease_until=None, error=_short(reason))


@transaction.atomic
def deliveries_give_back(*, holder: str) -> int:
    """Let others have what the holder has claimed and won't send; return how many."""
    held = Delivery.objects.filter(state=DeliveryState.SENDING, holder=holder)
    return deliveries_locked(held).update(state=DeliveryState.WAITING, lease_until=None)


@transaction.atomic
def deliveries_send_again(*, ids: Collection[int], now: datetime) -> frozenset[int]:
    """Let those that are dead be tried anew, as often as new ones; return which they were.

    Their channels are switched on: else they would be dead again at once. The reason of their failure stays until the
    next one.
    """
    dead = Delivery.objects.filter(pk__in=ids, state=DeliveryState.DEAD).order_by("pk")
    again = frozenset(dead.select_for_update().values_list("pk", flat=True))
    chosen = Delivery.objects.filter(pk__in=again)
    channels_switch_on(channels=set(chosen.values_list("notification__user_id", "channel")))
    chosen.update(state=DeliveryState.WAITING, attempts=0, not_before=now, held=False, holder="", lease_until=None)
    if again:
        transaction.on_commit(wake_deliveries_soon)
    return again


def _held_by(holder: str, ids: Collection[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=ids, state=DeliveryState.SENDING, holder=holder)


def _good(ids: Collection[int]) -> list[Delivery]:
    """Mark what must not be sent any more, and return the others, with all that is asked of them, by one query."""
    switch = ChannelSwitch.objects.filter(user=OuterRef("notification__user"), channel=OuterRef("channel"))
    claimed = Delivery.objects.filter(pk__in=ids).select_related(PREFERENCES_ROW, "notification__event__rule")
    good: list[Delivery] = []
    for delivery in claimed.annotate(off_reason=Subquery(switch.values("reason")[:1])).order_by("not_before", "pk"):
        reason = delivery.off_reason
        if not delivery.notification.user.is_active:
            _end(delivery, DeliveryState.CANCELLED, "the user is deactivated")
        elif delivery.channel == ChannelChoices.EMAIL and mail_address_of(delivery.notification.user) is None:
            _end(delivery, DeliveryState.CANCELLED, UNCONFIRMED)
        elif reason is not None:
            _end(delivery, DeliveryState.DEAD, f"the channel is switched off: {reason}")
        else:
            good.append(delivery)
    return good


def _messages(claimed: Sequence[Delivery]) -> list[Message]:
    """Return what is to be sent; what nobody can read is marked, and holds up nothing else."""
    addresses, units, messages = addresses_of(claimed), units_of_firings(claimed), []
    for delivery in claimed:
        try:
            messages.append(message_of(delivery, addresses, units))
        except ValueError as error:
            _end(delivery, DeliveryState.DEAD, f"it can't be read: {error}")
    return messages


def _end(delivery: Delivery, state: DeliveryState, reason: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, lease_until=None, error=_short(reason))


def _attempt(ended_at: datetime, took_ms: int | None) -> dict[str, datetime | int | None]:
    """Return the columns of an attempt."""
    return {"attempted_at": ended_at, "took_ms": took_ms}


def _switch_off(failure: Failed, now: datetime) -> None:
    if failure.unreachable:
        message = failure.message
        channel_switch_off(user_id=message.user_id, channel=message.channel, reason=_short(failure.reason), now=now)


def _short(reason: str) -> str:
    """Return a reason that any database keeps: a receiver may answer with what is no text."""
    text = reason.encode(errors="replace").decode()
    return text.replace(_NUL, _SIGN_OF_NUL)[:LONGEST_REASON]

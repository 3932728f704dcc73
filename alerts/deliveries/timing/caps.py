"""How much goes out to one user by a channel in an hour and in a day; what is over that waits, and becomes one digest.

What counts stands in the database, so that it holds over workers and restarts: a row for each user, channel and hour.
The hours are those of UTC; a day is the last 24 of them. A delivery counts once, however often it is tried. The
WebSocket has no cap: what is told there goes to pages and programs that are open, and to nobody else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from alerts.deliveries.timing.escalating import let_wait
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelChoices, ChannelUse, Delivery, DeliveryState
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.numbering import counters_lock
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel

_HOUR = timedelta(hours=1)
_DAY_HOURS = 24
_KEPT = timedelta(days=2)
_HELD_UP_TOGETHER = 5_000


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """The most in an hour and in 24 hours; 0: any number."""

    per_hour: int
    per_day: int


class Capped(msgspec.Struct, frozen=True, kw_only=True):
    """A user for whom a channel has no room before `until`."""

    user_id: int
    channel: ChannelChoices
    until: datetime


def cap_of(channel: ChannelChoices) -> Cap | None:
    """Return the cap of a channel, as the settings say; None where it has none."""
    if channel is ChannelChoices.WEBSOCKET:
        return None
    per_hour, per_day = (getattr(settings, f"DELIVERIES_{channel.name}_PER_{span}") for span in ("HOUR", "DAY"))
    return Cap(per_hour=per_hour, per_day=per_day) if per_hour or per_day else None


def room_left(used: Mapping[datetime, int], cap: Cap, hour: datetime) -> int:
    """Return how many more may go out in an hour, of which `used` tells how many did in it and those before. Pure."""
    in_day = sum(count for each, count in used.items() if hour - _DAY_HOURS * _HOUR < each <= hour)
    bounds = [cap.per_hour - used.get(hour, 0)] if cap.per_hour else []
    return max(0, min([*bounds, *([cap.per_day - in_day] if cap.per_day else [])]))


def free_again(used: Mapping[datetime, int], cap: Cap, hour: datetime) -> datetime:
    """Return the first hour after `hour` in which anything may go out; a day later at the latest. Pure."""
    later = (hour + ahead * _HOUR for ahead in range(1, _DAY_HOURS + 1))
    return next(each for each in later if room_left(used, cap, each))


def within_caps(
    channel: ChannelChoices, claimed: Sequence[Delivery], now: datetime
) -> tuple[list[Delivery], list[Capped]]:
    """Let those wait for which there is no room, in the transaction that claims them.

    Return the others, which count, and the users for whom it is used up. Those that are tried again have counted.
    """
    cap, new = cap_of(channel), [delivery for delivery in claimed if delivery.attempts == 1]
    if cap is None or not new:
        return list(claimed), []
    hour = now.replace(minute=0, second=0, microsecond=0)
    used = _used({delivery.notification.user_id for delivery in new}, channel, hour)
    good: list[Delivery] = []
    capped: dict[int, Capped] = {}
    for delivery in claimed:
        user_id = delivery.notification.user_id
        if delivery.attempts > 1:
            good.append(delivery)
        elif room_left(used[user_id], cap, hour):
            used[user_id][hour] += 1
            good.append(delivery)
        else:
            capped[user_id] = Capped(user_id=user_id, channel=channel, until=free_again(used[user_id], cap, hour))
            let_wait(delivery, _held_up(capped[user_id], cap))
    for one in capped.values():
        _hold_the_others_up(one, cap, now)
    _store(used, channel, hour)
    return good, list(capped.values())


def _held_up(one: Capped, cap: Cap) -> dict[str, datetime | bool | str]:
    """Return the columns of what waits until there is room."""
    reason = f"over the cap of {cap.per_hour} in an hour and {cap.per_day} in a day: it waits for a digest"
    return {"not_before": one.until, "held": True, "over_cap": True, "error": reason}


def _hold_the_others_up(one: Capped, cap: Cap, now: datetime) -> None:
    """Let all wait that is due and was never tried: of a flood, each turn of a worker would only come to a few."""
    own = Delivery.objects.filter(notification__user_id=one.user_id, channel=one.channel)
    due = own.filter(state=DeliveryState.WAITING, held=False, attempts=0, not_before__lte=now)
    free = due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:_HELD_UP_TOGETHER]
    Delivery.objects.filter(pk__in=list(free)).update(**_held_up(one, cap))


def _used(user_ids: set[int], channel: ChannelChoices, hour: datetime) -> dict[int, dict[datetime, int]]:
    """Return what each user has used, by hour, locked until the transaction ends: 24 rows a user at the most."""
    rows = [ChannelUse(user_id=user_id, channel=channel, hour=hour) for user_id in sorted(user_ids)]
    ChannelUse.objects.bulk_create(rows, ignore_conflicts=True)
    own = ChannelUse.objects.filter(user_id__in=user_ids, channel=channel, hour__lte=hour)
    recent = own.filter(hour__gt=hour - _DAY_HOURS * _HOUR).select_for_update().order_by("user_id", "hour")
    found: dict[int, dict[datetime, int]] = {user_id: {} for user_id in user_ids}
    for row in recent:
        found[row.user_id][row.hour] = row.count
    return found


def _store(used: Mapping[int, Mapping[datetime, int]], channel: ChannelChoices, hour: datetime) -> None:
    rows = [
        ChannelUse(user_id=user_id, channel=channel, hour=hour, count=hours[hour])
        for user_id, hours in sorted(used.items())
    ]
    ChannelUse.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "channel", "hour"], update_fields=["count"]
    )


@transaction.atomic
def capped_tell(*, capped: Sequence[Capped], now: datetime) -> int:
    """Tell users on the page that a channel is used up, each once until there is room again; return how many.

    It is apart from the claim, since whoever stores notifications locks their users' counters before anything else.
    """
    counters_lock({one.user_id for one in capped})
    new = [one for one in capped if _note(one, now)]
    notifications_store(drafts=[_draft(one) for one in new], now=now)
    return len(new)


def uses_forget(*, now: datetime) -> int:
    """Delete what no cap counts any more; return how many rows."""
    return ChannelUse.objects.filter(hour__lt=now - _KEPT).delete()[0]


def _note(one: Capped, now: datetime) -> bool:
    """Note that the user is told until when; return False where that was done before."""
    own = ChannelUse.objects.filter(user_id=one.user_id, channel=one.channel)
    if own.filter(told_until__gt=now).exists():
        return False
    newest = own.order_by("-hour").values_list("pk", flat=True)[:1]
    not_told = Q(told_until__isnull=True) | Q(told_until__lte=now)
    return bool(ChannelUse.objects.filter(not_told, pk__in=list(newest)).update(told_until=one.until))


def _draft(one: Capped) -> NotificationDraft:
    words = ChannelChoices(one.channel).label
    return NotificationDraft(
        user_id=one.user_id,
        kind=NotificationKind.SYSTEM,
        severity=Severity.WARNING,
        title=f"{words}: no more until {one.until:%H:%M} UTC",
        body="You have had as many notifications by this channel as may go out; the next ones become one digest.",
        channels=(Channel.WEBSOCKET,),
    )

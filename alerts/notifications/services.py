"""Storing notifications: with their numbers, and a delivery for each channel by which they go out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from alerts.models import Delivery, Notification, NotificationCounter
from alerts.notifications.collapsing import count_one_more, counted_store, newest_unread_of_rules, tell_again
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.numbering import counters_lock, counters_store
from alerts.notifications.wording import body_of, title_of
from alerts.preferences.choice import planned
from alerts.preferences.preferences import Preferences
from alerts.preferences.selectors import preferences_of_users
from streaming.database.bulk_insert import rows_insert
from streaming.database.caused_rows import caused_now
from streaming.tracing.correlation import new_correlation_id

_STORED = (
    "user_id", "seq", "kind", "severity", "title", "body", "data", "rule_id", "event_id", "count", "created_at",
    "correlation_id", "traceparent",
)  # fmt: skip


@dataclass
class _Sorted:
    """What becomes of drafts: `rows` in their order, `fresh` those to be made, `counted` those that count more.

    `fresh` and `counted` hold the draft that a row's deliveries are planned from, which is the newest.
    """

    rows: list[Notification] = field(default_factory=list)
    fresh: list[tuple[NotificationDraft, Notification]] = field(default_factory=list)
    counted: dict[int, tuple[NotificationDraft, Notification]] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def notifications_store(*, drafts: Sequence[NotificationDraft], now: datetime) -> list[Notification]:
    """Store notifications and their deliveries, and return the notification of each draft, in the drafts' order.

    What collapses gives the notification that counts it. This belongs into its caller's transaction: wake the delivery
    workers once that is committed. The number of queries doesn't grow with the drafts, but once in five thousand.
    """
    if not drafts:
        return []
    counters = counters_lock({draft.user_id for draft in drafts})
    preferences = preferences_of_users(counters.keys())
    batch = _sort(drafts, counters, newest_unread_of_rules(drafts), now)
    _insert([row for _, row in batch.fresh])
    rows_insert(Delivery, _deliveries(batch, preferences, now))
    counted_store([row for _, row in batch.counted.values()])
    tell_again({key: draft for key, (draft, _) in batch.counted.items()}, preferences, now)
    counters_store(counters.values())
    return batch.rows


def _sort(
    drafts: Sequence[NotificationDraft],
    counters: Mapping[int, NotificationCounter],
    newest: dict[int, Notification],
    now: datetime,
) -> _Sorted:
    """Decide for each draft whether it is a notification of its own; `newest` by rule is brought forward."""
    batch = _Sorted()
    for draft in drafts:
        row = newest.get(draft.rule_id) if draft.collapse and draft.rule_id is not None else None
        if row is None:
            row = _new(draft, counters[draft.user_id], now)
            batch.fresh.append((draft, row))
        else:
            count_one_more(row, draft)
            if row.pk is not None:
                batch.counted[row.pk] = (draft, row)
        if draft.rule_id is not None:
            newest[draft.rule_id] = row
        batch.rows.append(row)
    return batch


def _new(draft: NotificationDraft, counter: NotificationCounter, now: datetime) -> Notification:
    counter.last += 1
    caused = caused_now()
    return Notification(
        user_id=draft.user_id,
        seq=counter.last,
        kind=draft.kind.value,
        severity=draft.severity.value,
        title=title_of(draft.title),
        body=body_of(draft.body),
        data=draft.data,
        rule_id=draft.rule_id,
        event_id=draft.event_id,
        created_at=now,
        correlation_id=caused["correlation_id"] or new_correlation_id(),
        traceparent=caused["traceparent"],
    )


def _insert(fresh: Sequence[Notification]) -> None:
    """Store notifications, and let them know their ids."""
    ids = rows_insert(Notification, [{name: getattr(row, name) for name in _STORED} for row in fresh])
    for row, pk in zip(fresh, ids, strict=True):
        row.pk = pk


def _deliveries(batch: _Sorted, preferences: Mapping[int, Preferences], now: datetime) -> list[Mapping[str, Any]]:
    """Return the columns of the deliveries of what is new."""
    return [
        {"notification_id": row.pk, "channel": plan.channel.value, "not_before": plan.not_before, "held": plan.held}
        for draft, row in batch.fresh
        for plan in planned(preferences[draft.user_id], draft, now)
    ]

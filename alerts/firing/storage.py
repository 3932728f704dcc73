"""Storing what has happened: one transaction for the firings, their notifications, the rules and the last values.

It may be asked to store the same again, because nobody knows whether a commit that failed has arrived: firings are
numbered by rule, and what is stored already is left out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from alerts.deliveries.reading import alert_event
from alerts.firing.meanwhile import reconciled
from alerts.firing.messages import draft_of, event_of
from alerts.firing.rules import chunks
from alerts.firing.words import Batch, NumberedFiring, OwnedAlert, RuleUpdate, SeriesMemory, Stored
from alerts.models import AlertEvent, AlertRule, RuleChange, SeriesPoint
from alerts.notifications.services import notifications_store
from alerts.times import moment
from streaming.events import AlertState
from streaming.models import Lease

_BATCH = 1000


class Fence(msgspec.Struct, frozen=True, kw_only=True):
    """The lease of whoever stores: its holder's fencing number."""

    name: str
    holder: str
    token: int


class LeaseLostError(Exception):
    """Another holds the lease by now: what was to be stored is another's work, and nothing of it was."""


@transaction.atomic
def firing_store(*, batch: Batch, noted_changes: Collection[int], fence: Fence | None, now: datetime) -> Stored:
    """Store a batch whole, or raise; return what was new of it, to be told now that it is committed.

    Of a rule that has changed since, by a change that isn't among `noted_changes`, what it remembers is stored only
    where it hasn't begun anew (see `reconciled`); of one that was switched off or deleted meanwhile, nothing is. Raise
    `LeaseLostError` where the fence is no longer ours. The lease is looked at last, and is locked for the commit only.
    """
    stored = rules_store(batch, noted_changes=noted_changes, now=now)
    series_store(batch.series)
    lease_hold(fence)
    return stored


def rules_store(batch: Batch, *, noted_changes: Collection[int], now: datetime) -> Stored:
    """Store firings and updates of a batch, as `firing_store` does, in its caller's transaction."""
    rows = _locked(batch.updates.keys() | {fired.firing.rule_id for fired in batch.firings})
    events = _store_events(batch.firings, rows)
    drafts = [draft_of(rows[event.rule_id], event, fired) for event, fired in events]
    notifications = notifications_store(drafts=drafts, now=now)
    _count(events)
    updates = _updates(batch, rows, noted_changes, now)
    _store_states(updates, rows, now)
    return Stored(notifications=len(notifications), alerts=_alerts([event for event, _ in events], updates, rows))


def rules_refuse(reasons: Mapping[int, str], *, noted_changes: Collection[int], now: datetime) -> None:
    """Let rules say that they are in error, and why, but for those that have changed since."""
    changed = _changed_since(reasons.keys(), noted_changes)
    for rule_id in sorted(reasons.keys() - changed):
        refused = AlertRule.objects.filter(pk=rule_id, enabled=True)
        refused.update(state=AlertState.ERROR.value, state_since=now, error=reasons[rule_id])


def _locked(rule_ids: Collection[int]) -> dict[int, AlertRule]:
    """Return the rules that are still there and switched on, locked until the transaction ends."""
    found: dict[int, AlertRule] = {}
    for chunk in chunks(sorted(rule_ids)):
        rows = AlertRule.objects.select_for_update().filter(pk__in=chunk, enabled=True).order_by("pk")
        found.update((row.pk, row) for row in rows)
    return found


def _store_events(
    firings: Iterable[NumberedFiring], rows: Mapping[int, AlertRule]
) -> list[tuple[AlertEvent, NumberedFiring]]:
    new = [fired for fired in firings if _is_new(fired, rows.get(fired.firing.rule_id))]
    events = AlertEvent.objects.bulk_create(
        [event_of(rows[fired.firing.rule_id], fired) for fired in new], batch_size=_BATCH
    )
    return list(zip(events, new, strict=True))


def _is_new(fired: NumberedFiring, row: AlertRule | None) -> bool:
    return row is not None and fired.number > row.firings


def _count(events: Sequence[tuple[AlertEvent, NumberedFiring]]) -> None:
    """Let the rules count their firings; those that fired alike are written together."""
    last = {event.rule_id: event for event, _ in events}
    alike: dict[tuple[int, datetime], list[int]] = {}
    for rule_id, event in last.items():
        alike.setdefault((event.number, event.fired_at), []).append(rule_id)
    for (number, fired_at), rule_ids in alike.items():
        _write(rule_ids, {"firings": number, "last_fired_at": fired_at})


def _alerts(
    events: Iterable[AlertEvent], updates: Mapping[int, RuleUpdate], rows: Mapping[int, AlertRule]
) -> tuple[OwnedAlert, ...]:
    """Return what is to be told of events that are stored, with the states that their rules come to have."""
    states = {pk: updates[pk].state if pk in updates else AlertState(row.state) for pk, row in rows.items()}
    return tuple(
        OwnedAlert(owner_id=event.owner_id, alert=alert_event(event, states[event.rule_id])) for event in events
    )


def _updates(
    batch: Batch, rows: Mapping[int, AlertRule], noted: Collection[int], now: datetime
) -> dict[int, RuleUpdate]:
    """Return what the rows are to say, as far as their owners have left it to us."""
    updates = {pk: update for pk, update in batch.updates.items() if pk in rows}
    fired = {one.firing.rule_id: one.number for one in batch.firings}
    for pk in _changed_since(updates.keys(), noted):
        update = reconciled(updates.pop(pk), rows[pk], fired=fired.get(pk, 0), now=now)
        if update is not None:
            updates[pk] = update
    return updates


def _changed_since(rule_ids: Collection[int], noted: Collection[int]) -> set[int]:
    found: set[int] = set()
    for chunk in chunks(sorted(rule_ids)):
        changes = RuleChange.objects.filter(rule_id__in=chunk).values_list("pk", "rule_id")
        found.update(rule_id for change, rule_id in changes if change not in noted)
    return found


def _store_states(updates: Mapping[int, RuleUpdate], rows: Mapping[int, AlertRule], now: datetime) -> None:
    """Write states and memories; rules that come to say the same are written together."""
    alike: dict[tuple[RuleUpdate, bool], list[int]] = {}
    for rule_id, update in updates.items():
        is_another = rows[rule_id].state != update.state.value
        alike.setdefault((update, is_another), []).append(rule_id)
    for (update, is_another), rule_ids in alike.items():
        _write(rule_ids, _columns(update) | ({"state_since": now} if is_another else {}))


def _columns(update: RuleUpdate) -> dict[str, Any]:
    columns: dict[str, Any] = {"state": update.state.value, "error": update.error}
    if update.memory is not None:
        columns["memory"] = msgspec.to_builtins(update.memory)
    if update.newest is not None:
        columns |= {"last_value": update.newest.value, "last_value_at": moment(update.newest.time)}
    return columns


def _write(rule_ids: list[int], columns: Mapping[str, Any]) -> None:
    for chunk in chunks(rule_ids):
        AlertRule.objects.filter(pk__in=chunk).update(**columns)


def series_store(series: Mapping[str, SeriesMemory]) -> None:
    """Store what series remember, by key."""
    points = [
        SeriesPoint(
            key=key,
            value=memory.point.value,
            time=memory.point.time,
            simulated=memory.point.simulated,
            windows=msgspec.to_builtins(memory.windows),
        )
        for key, memory in sorted(series.items())
    ]
    SeriesPoint.objects.bulk_create(
        points,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["value", "time", "simulated", "windows"],
    )


def lease_hold(fence: Fence | None) -> None:
    """Lock the lease until the commit; it is renewed meanwhile by nobody, and taken by nobody."""
    if fence is None:
        return
    ours = Lease.objects.select_for_update().filter(name=fence.name, holder=fence.holder, token=fence.token)
    if not list(ours.values_list("pk")):
        raise LeaseLostError(fence.name)

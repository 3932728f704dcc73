"""Storing what has happened: one transaction for the firings, their notifications, the rules and the last values.

It may be asked to store the same again, because nobody knows whether a commit that failed has arrived: firings are
numbered by rule, and what is stored already is left out.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import transaction

from alerts.events import AlertState
from alerts.firing.rules import ROWS_AT_A_TIME
from alerts.firing.storing.messages import alert_of, draft_of, event_columns
from alerts.firing.storing.reconciliation import reconciled
from alerts.firing.types import Batch, LockedRule, NumberedFiring, OwnedAlert, RuleUpdate, SeriesMemory, Stored
from alerts.models import AlertEvent, AlertRule, RuleChange, SeriesPoint
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from streaming.batches import batched
from streaming.database.bulk_insert import rows_insert
from streaming.market.selectors import SymbolUnits, units_of_symbols
from streaming.times import moment
from streaming.workers.fencing import Fence, lease_hold

_BATCH = 1000
_LOCKED_COLUMNS = LockedRule.__struct_fields__
_NO_UNITS = SymbolUnits("", "", None)
"""Those of a symbol that isn't known, and of a rule without one."""


class _Count(NamedTuple):
    """How many firings of a rule there are, and when the last one was, in ms."""

    firings: int
    time: int


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
    rules = _locked(batch.updates.keys() | {fired.firing.rule_id for fired in batch.firings})
    updates = _updates(batch, rules, noted_changes, now)
    firings = _store_events(batch.firings, rules)
    notifications = notifications_store(drafts=_drafts(firings, rules), now=now)
    new = [fired for _, fired in firings]
    _store_rules(new, updates, rules, now)
    return Stored(notifications=len(notifications), alerts=_alerts(new, updates, rules))


def rules_refuse(reasons: Mapping[int, str], *, noted_changes: Collection[int], now: datetime) -> None:
    """Let rules say that they are in error, and why, but for those that have changed since."""
    changed = _changed_since(reasons.keys(), noted_changes)
    for rule_id in sorted(reasons.keys() - changed):
        refused = AlertRule.objects.filter(pk=rule_id, enabled=True)
        refused.update(state=AlertState.ERROR.value, state_since=now, error=reasons[rule_id])


def _locked(rule_ids: Collection[int]) -> dict[int, LockedRule]:
    """Return the rules that are still there and switched on, locked until the transaction ends."""
    found: dict[int, LockedRule] = {}
    for batch in batched(sorted(rule_ids), ROWS_AT_A_TIME):
        rows = AlertRule.objects.select_for_update().filter(pk__in=batch, enabled=True).order_by("pk")
        for columns in rows.values_list(*_LOCKED_COLUMNS):
            rule = LockedRule(*columns)
            found[rule.id] = rule
    return found


def _store_events(
    firings: Iterable[NumberedFiring], rules: Mapping[int, LockedRule]
) -> list[tuple[int, NumberedFiring]]:
    """Store the firings that are new, and return them with the numbers of their events."""
    new = [fired for fired in firings if _is_new(fired, rules.get(fired.firing.rule_id))]
    ids = rows_insert(AlertEvent, [event_columns(rules[fired.firing.rule_id], fired) for fired in new])
    return list(zip(ids, new, strict=True))


def _drafts(firings: Iterable[tuple[int, NumberedFiring]], rules: Mapping[int, LockedRule]) -> list[NotificationDraft]:
    """Return the notifications of events that are stored, with their numbers."""
    of_rules = [(rules[fired.firing.rule_id], event_id, fired) for event_id, fired in firings]
    units = _units({rule.symbol for rule, _, _ in of_rules} - {""})
    return [draft_of(rule, event_id, fired, units.get(rule.symbol, _NO_UNITS)) for rule, event_id, fired in of_rules]


def _units(symbols: Collection[str]) -> dict[str, SymbolUnits]:
    found: dict[str, SymbolUnits] = {}
    for batch in batched(sorted(symbols), ROWS_AT_A_TIME):
        found |= units_of_symbols(batch)
    return found


def _is_new(fired: NumberedFiring, rule: LockedRule | None) -> bool:
    return rule is not None and fired.number > rule.firings


def _alerts(
    new: Iterable[NumberedFiring], updates: Mapping[int, RuleUpdate], rules: Mapping[int, LockedRule]
) -> tuple[OwnedAlert, ...]:
    """Return what is to be told of firings that are stored, with the states that their rules come to have."""
    states = {pk: updates[pk].state if pk in updates else AlertState(rule.state) for pk, rule in rules.items()}
    return tuple(_alert(rules[fired.firing.rule_id], fired, states) for fired in new)


def _alert(rule: LockedRule, fired: NumberedFiring, states: Mapping[int, AlertState]) -> OwnedAlert:
    return OwnedAlert(owner_id=rule.owner_id, alert=alert_of(rule, fired, states[rule.id]))


def _updates(batch: Batch, rules: Collection[int], noted: Collection[int], now: datetime) -> dict[int, RuleUpdate]:
    """Return what the rows are to say, as far as their owners have left it to us."""
    updates = {pk: update for pk, update in batch.updates.items() if pk in rules}
    fired = {one.firing.rule_id: one.number for one in batch.firings}
    changed = _changed_since(updates.keys(), noted)
    for row in AlertRule.objects.filter(pk__in=changed) if changed else ():
        begun = batch.beginnings.get(row.pk)
        update = reconciled(updates.pop(row.pk), row, beginnings=begun, fired=fired.get(row.pk, 0), now=now)
        if update is not None:
            updates[row.pk] = update
    return updates


def _changed_since(rule_ids: Collection[int], noted: Collection[int]) -> set[int]:
    found: set[int] = set()
    for batch in batched(sorted(rule_ids), ROWS_AT_A_TIME):
        changes = RuleChange.objects.filter(rule_id__in=batch).values_list("pk", "rule_id")
        found.update(rule_id for change, rule_id in changes if change not in noted)
    return found


def _store_rules(
    new: Iterable[NumberedFiring],
    updates: Mapping[int, RuleUpdate],
    rules: Mapping[int, LockedRule],
    now: datetime,
) -> None:
    """Let rules count their firings, and write states and memories; those that come to say the same together."""
    last = {fired.firing.rule_id: _Count(fired.number, fired.firing.time) for fired in new}
    alike: dict[tuple[_Count | None, RuleUpdate | None, bool], list[int]] = {}
    for rule_id in sorted(last.keys() | updates.keys()):
        update = updates.get(rule_id)
        is_another = update is not None and rules[rule_id].state != update.state.value
        alike.setdefault((last.get(rule_id), update, is_another), []).append(rule_id)
    for (count, update, is_another), rule_ids in alike.items():
        _write(rule_ids, _counted(count) | _columns(update) | ({"state_since": now} if is_another else {}))


def _counted(count: _Count | None) -> dict[str, Any]:
    return {} if count is None else {"firings": count.firings, "last_fired_at": moment(count.time)}


def _columns(update: RuleUpdate | None) -> dict[str, Any]:
    if update is None:
        return {}
    columns: dict[str, Any] = {"state": update.state.value, "error": update.error}
    if update.memory is not None:
        columns["memory"] = msgspec.to_builtins(update.memory)
    if update.newest is not None:
        columns |= {"last_value": update.newest.value, "last_value_at": moment(update.newest.time)}
    return columns


def _write(rule_ids: list[int], columns: Mapping[str, Any]) -> None:
    for batch in batched(rule_ids, ROWS_AT_A_TIME):
        AlertRule.objects.filter(pk__in=batch).update(**columns)


def series_store(series: Mapping[str, SeriesMemory]) -> None:
    """Store what series remember, by key."""
    points = [
        SeriesPoint(
            key=key,
            value=memory.point.value,
            time=memory.point.time,
            simulated=memory.point.simulated,
            windows=msgspec.to_builtins(memory.windows),
            heard=msgspec.to_builtins(memory.heard),
        )
        for key, memory in sorted(series.items())
    ]
    SeriesPoint.objects.bulk_create(
        points,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["value", "time", "simulated", "windows", "heard"],
    )

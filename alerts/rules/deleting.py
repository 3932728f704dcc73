"""Deleting rules with their firings; what was told of them stays.

A rule may have hundreds of thousands of firings and notifications. Whoever stores what rules do waits for one that is
locked, and all users' alerts with it. So, before the transaction in which a rule is deleted, and outside of any, what
hangs on it is taken from it in portions (`rule_empty`, `finished_rules_empty`); it then goes with what little is left.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from alerts.deliveries.cancelling import deliveries_cancel_of_notifications, deliveries_cancel_of_rule
from alerts.events import AlertState
from alerts.models import AlertEvent, AlertRule, Notification
from alerts.notifications.numbering import counters_lock
from alerts.rules.errors import RuleNotFoundError
from alerts.rules.rows import change_signed, rule_locked
from alerts.rules.services import rule_disable
from streaming.database.conditions import Among

TAKEN_TOGETHER = 1000
"""How many notifications, or firings, are taken from a rule at once."""
_REASON = "the rule was deleted"


@transaction.atomic
def rule_delete(*, rule: AlertRule, by: int | None = None) -> None:
    """Delete a rule with its firings; what was told of them stays, and what was to be told is cancelled.

    `rule_empty` comes before it. Raise `RuleNotFoundError` where it has gone.
    """
    _delete(rule_locked(rule), by)


@transaction.atomic
def rules_clear_finished(*, owner_id: int, by: int | None = None) -> int:
    """Delete the owner's rules that are done, each as `rule_delete` does; return how many there were.

    `finished_rules_empty` comes before it.
    """
    finished = _finished(owner_id).select_for_update(of=("self",)).select_related("owner").order_by("pk")
    rules = list(finished)
    for rule in rules:
        _delete(rule, by)
    return len(rules)


def rule_empty(*, rule: AlertRule, now: datetime, by: int | None = None, limit: int = TAKEN_TOGETHER) -> Iterator[int]:
    """Take its notifications and firings from a rule that is to be deleted and has more than `limit` of either.

    Each step is a transaction of its own, of at most `limit`, and gives how many it was; take them outside of any. The
    first one switches the rule off, so that it fires no more. After a death between two steps it stays switched off,
    without what was taken; deleting it again goes on. One that is switched on meanwhile keeps what it still has.
    """
    if _has_more_than(limit, rule.pk):
        with suppress(RuleNotFoundError):  # another has deleted it: nothing is left to take
            rule_disable(rule=rule, now=now, by=by, reason=_REASON)
        yield 0
        yield from _emptied(AlertRule.objects.filter(pk=rule.pk, enabled=False), limit)


def finished_rules_empty(*, owner_id: int, limit: int = TAKEN_TOGETHER) -> Iterator[int]:
    """Do as `rule_empty` for each of the owner's rules that are done; one that begins anew meanwhile is let be."""
    for pk in list(_finished(owner_id).order_by("pk").values_list("pk", flat=True)):
        if _has_more_than(limit, pk):
            yield from _emptied(_finished(owner_id).filter(pk=pk), limit)


def _finished(owner_id: int) -> QuerySet[AlertRule]:
    return AlertRule.objects.filter(owner_id=owner_id, state=AlertState.EXPIRED.value)


def _has_more_than(limit: int, rule_id: int) -> bool:
    notifications, firings = Notification.objects.filter(rule_id=rule_id), AlertEvent.objects.filter(rule_id=rule_id)
    return any(rows.order_by()[limit : limit + 1].exists() for rows in (notifications, firings))


def _emptied(rule: QuerySet[AlertRule], limit: int) -> Iterator[int]:
    while count := _portion_take(rule, limit):
        yield count


@transaction.atomic
def _portion_take(rule: QuerySet[AlertRule], limit: int) -> int:
    """Take from the rule, where the query still finds it, some of what hangs on it; return how many that was."""
    found = rule.select_for_update().order_by().values_list("pk", "owner_id").first()
    if found is None:
        return 0
    rule_id, owner_id = found
    counters_lock([owner_id])
    return _notifications_release(rule_id, limit) or _firings_delete(rule_id, limit)


def _notifications_release(rule_id: int, limit: int) -> int:
    of_rule = Notification.objects.filter(rule_id=rule_id)
    ids = list(of_rule.order_by().values_list("pk", flat=True)[:limit])
    deliveries_cancel_of_notifications(ids=ids, reason=_REASON)
    return Notification.objects.filter(Among("id", ids)).update(rule=None, event=None)


def _firings_delete(rule_id: int, limit: int) -> int:
    of_rule = AlertEvent.objects.filter(rule_id=rule_id)
    ids = list(of_rule.order_by("number").values_list("pk", flat=True)[:limit])
    Notification.objects.filter(Among("event_id", ids)).update(event=None)
    _unread_delete(AlertEvent.objects.filter(Among("id", ids)))
    return len(ids)


def _delete(rule: AlertRule, by: int | None) -> None:
    change_signed(rule, by)
    counters_lock([rule.owner_id])
    deliveries_cancel_of_rule(rule_id=rule.pk, reason=_REASON)
    Notification.objects.filter(event__rule=rule).update(event=None)
    _unread_delete(AlertEvent.objects.filter(rule=rule))
    rule.delete()


def _unread_delete(firings: QuerySet[AlertEvent]) -> None:
    """Delete firings that nothing refers to, without reading them, as `delete` would."""
    firings._raw_delete(firings.db)  # noqa: SLF001 - there is no other way

"""What the delivery workers delete when it is older than it is kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from alerts.declared_workers import DELIVERIES
from alerts.deliveries.timing.caps import uses_forget
from alerts.models import AlertRule
from alerts.retention.services import firings_forget, notifications_forget
from streaming.times import moment
from streaming.workers.retention import Forget, RetentionRule, rows_delete_in_batches


def old_notifications_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the notifications of before NOTIFICATIONS_KEPT_DAYS; all are kept where that is 0."""
    before = _before(settings.NOTIFICATIONS_KEPT_DAYS, now_ms)
    last = None if before is None else 0
    while before is not None and last is not None:
        walked = notifications_forget(before=before, after=last)
        yield walked.deleted
        last = walked.last


def old_firings_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the firings of before ALERTS_FIRINGS_KEPT_DAYS; all are kept where that is 0."""
    before = _before(settings.ALERTS_FIRINGS_KEPT_DAYS, now_ms)
    while before is not None and (count := firings_forget(before=before)):
        yield count


def old_changes_forget(*, now_ms: int) -> Iterator[int]:
    """Delete what is remembered of changes of rules from before ALERTS_CHANGES_KEPT_DAYS; all is kept where that is 0.

    Of rules that are there and of those that are deleted; the rules themselves stay as they are.
    """
    before = _before(settings.ALERTS_CHANGES_KEPT_DAYS, now_ms)
    if before is not None:
        old = AlertRule.history.filter(history_date__lt=before)
        yield from rows_delete_in_batches(old.order_by("history_date"))


def old_uses_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the uses of channels that no cap counts any more."""
    yield uses_forget(now=moment(now_ms))


def _before(days: int, now_ms: int) -> datetime | None:
    """Return from before which moment nothing is kept; None where all is kept for ever."""
    return moment(now_ms) - timedelta(days=days) if days else None


def _rule(what: str, forget: Forget) -> RetentionRule:
    return RetentionRule(what, forget, worker=DELIVERIES.name, interval_setting="ALERTS_FORGET_SECONDS")


RETENTION = (
    _rule("notifications", old_notifications_forget),
    _rule("firings", old_firings_forget),
    _rule("changes of rules", old_changes_forget),
    _rule("uses of channels", old_uses_forget),
)

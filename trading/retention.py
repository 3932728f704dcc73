"""What the trading worker deletes when it is older than it is kept."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from streaming.times import moment
from streaming.workers.retention import RetentionRule
from trading.models import LIVE, Backtest

_BATCH = 50


def old_backtests_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the backtests that ended before BACKTESTS_KEPT_DAYS, with their results; none where that is 0."""
    days = settings.BACKTESTS_KEPT_DAYS
    before = moment(now_ms) - timedelta(days=days)
    while days:
        old = Backtest.objects.exclude(state__in=LIVE).filter(ended_at__lt=before).order_by("ended_at")
        ids = list(old.values_list("pk", flat=True)[:_BATCH])
        if not ids:
            return
        Backtest.objects.filter(pk__in=ids).delete()
        yield len(ids)


RETENTION = (
    RetentionRule("backtests", old_backtests_forget, worker="trading", interval_setting="BACKTESTS_FORGET_SECONDS"),
)

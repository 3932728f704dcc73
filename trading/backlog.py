"""What the trading worker has not got to yet: backtests that wait, and what is stored of orders and not yet told."""

from collections.abc import Mapping
from datetime import datetime

from streaming.times import milliseconds
from streaming.workers.declared_figures import FigureValue
from streaming.workers.worker import Backlog
from trading.models import OutboxEvent
from trading.running.queue import backtest_backlog


def trading_backlog(now: datetime) -> Backlog:
    """Return what waits, of both; it grows where no worker runs."""
    backtests, untold = backtest_backlog(now), outbox_backlog(now)
    since = [one.oldest for one in (backtests, untold) if one.oldest is not None]
    return Backlog(due=backtests.due + untold.due, oldest=min(since, default=None))


def outbox_backlog(now: datetime) -> Backlog:
    """Return what was stored and not yet told, or looked at by the worker; what it has set aside doesn't wait."""
    waiting = OutboxEvent.objects.filter(refused_at=None).order_by("id")
    return Backlog(due=waiting.count(), oldest=waiting.values_list("created_at", flat=True).first())


def outbox_refused() -> int:
    """Return how many events could not be told, and were set aside."""
    return OutboxEvent.objects.exclude(refused_at=None).count()


def backlog_figures(now: datetime) -> Mapping[str, FigureValue]:
    """Return how much waits to be told, and how long the oldest of it has waited; and how many backtests wait."""
    untold, backtests = outbox_backlog(now), backtest_backlog(now)
    age = None if untold.oldest is None else max(0, milliseconds(now) - milliseconds(untold.oldest))
    return {
        "events_waiting": FigureValue(untold.due),
        "oldest_event": FigureValue(age),
        "backtests_waiting": FigureValue(backtests.due),
    }

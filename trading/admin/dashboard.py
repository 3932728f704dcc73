"""What the admin's first page tells of trading and of backtests, to whoever may see them."""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from streaming.admin.figures import AdminFigures, Card, Viewer
from trading.admin.live_figures import live_figures
from trading.backtests.access import MAY_VIEW
from trading.events import BacktestState
from trading.models import Backtest
from trading.running.queue import backtest_backlog

_DAY = timedelta(days=1)


def trading_figures(viewer: Viewer, now: datetime) -> AdminFigures:
    """Return what is told of paper trading, and of backtests."""
    return AdminFigures.merged((live_figures(viewer, now), backtest_figures(viewer, now)))


def backtest_figures(viewer: Viewer, now: datetime) -> AdminFigures:
    """Return how many run, wait, and have failed in the last 24 hours."""
    if not viewer.has_perm(MAY_VIEW.name):
        return AdminFigures()
    ended = Backtest.objects.filter(ended_at__gt=now - _DAY).aggregate(
        all=Count("pk"), failed=Count("pk", filter=Q(state=BacktestState.ERROR.value))
    )
    return AdminFigures(cards=(_running(ended["all"]), _waiting(now), _failed(ended["failed"], ended["all"])))


def _running(ended: int) -> Card:
    running = Backtest.objects.filter(state=BacktestState.RUNNING.value).count()
    foot = f"{ended:,} ended in 24 hours"
    return Card(title="Backtests running", value=running, foot=foot, link=_list_of(BacktestState.RUNNING))


def _waiting(now: datetime) -> Card:
    backlog = backtest_backlog(now)
    foot = "none waits" if backlog.oldest is None else f"the first since {backlog.oldest:%Y-%m-%d %H:%M} UTC"
    return Card(title="Backtests waiting", value=backlog.due, foot=foot, link=_list_of(BacktestState.CREATED))


def _failed(failed: int, ended: int) -> Card:
    return Card(
        title="Backtests failed in 24 hours",
        value=failed,
        foot=f"of {ended:,} that ended",
        link=_list_of(BacktestState.ERROR),
        is_bad=failed > 0,
    )


def _list_of(state: BacktestState) -> str:
    return f"{reverse('admin:trading_backtest_changelist')}?state__exact={state.value}"

"""What the admin's first page tells of paper trading, to whoever may see it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from streaming.admin.figures import AdminFigures, Card, Viewer
from trading.engine.grid.state import GridState, PauseReason
from trading.live.events.outbox import OUTBOX
from trading.models import ENDED_GRIDS, OPEN_ORDERS, Grid, Order, TradingAccount


def live_figures(viewer: Viewer, now: datetime) -> AdminFigures:
    """Return how many accounts, orders and grids there are, and which grids stand still."""
    cards = [*_grids(viewer), *_orders(viewer, now)]
    return AdminFigures(cards=tuple(cards))


def _grids(viewer: Viewer) -> Collection[Card]:
    if not viewer.has_perm("trading.view_grid"):
        return ()
    active = Grid.objects.exclude(state__in=ENDED_GRIDS).order_by()
    counts = dict(active.values_list("state").annotate(count=Count("pk")))
    away = active.filter(state=GridState.PAUSED.value, reason=PauseReason.EXCHANGE_DOWN.value).count()
    return _running(counts), _paused(counts.get(GridState.PAUSED.value, 0), away)


def _running(counts: Mapping[str, int]) -> Card:
    failed = counts.get(GridState.ERROR.value, 0)
    return Card(
        title="Grids running",
        value=counts.get(GridState.RUNNING.value, 0),
        foot=f"of {sum(counts.values()):,} that have not stopped, {failed:,} in error",
        link=_grids_in(GridState.ERROR if failed else GridState.RUNNING),
        is_bad=failed > 0,
    )


def _paused(count: int, away: int) -> Card:
    foot = f"{away:,} since the exchange is away" if away else "none since the exchange is away"
    return Card(title="Grids paused", value=count, foot=foot, link=_grids_in(GridState.PAUSED), is_bad=away > 0)


def _orders(viewer: Viewer, now: datetime) -> Collection[Card]:
    if not viewer.has_perm("trading.view_order"):
        return ()
    waiting, refused = OUTBOX.backlog().due, OUTBOX.refused_count()
    untold = f", {refused:,} could not be told" if refused else ""
    leads_to_refused = refused > 0 and viewer.has_perm("trading.view_outboxevent")
    return (
        Card(
            title="Open orders",
            value=Order.objects.filter(state__in=OPEN_ORDERS).count(),
            foot=f"of {TradingAccount.objects.count():,} accounts, {waiting:,} events wait to be told{untold}",
            link=reverse(f"admin:trading_{'outboxevent' if leads_to_refused else 'order'}_changelist"),
            is_bad=refused > 0,
        ),
    )


def _grids_in(state: GridState) -> str:
    return f"{reverse('admin:trading_grid_changelist')}?state__exact={state.value}"

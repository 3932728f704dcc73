"""What the admin's first page, and the workers' line, tell of paper trading."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from streaming.admin.figures import AdminFigures
from streaming.stored_events.event_outbox import PendingEvent
from streaming.workers.worker import Backlog
from tests.accounts.admin.browsers import StaffWith
from tests.trading.admin.conftest import MakeBacktest
from tests.trading.live.rows import NOW, account_of, hand_of
from trading.admin.live_figures import live_figures
from trading.backlog import trading_backlog
from trading.engine.grid.state import GridState
from trading.live.events.outbox import OUTBOX
from trading.models import Grid, Order, SubAccount, TradingAccount

pytestmark = pytest.mark.django_db


def told(figures: AdminFigures) -> list[tuple[str, int, str, bool]]:
    """Return what the cards say."""
    return [(card.title, card.value, card.foot, card.is_bad) for card in figures.cards]


def grid(account: TradingAccount, state: GridState, reason: str = "") -> Grid:
    ended_at = NOW if state is GridState.STOPPED else None
    given: dict[str, Any] = {"investment": 1000, "fee_rate": 0, "created_at": NOW, "ended_at": ended_at}
    return Grid.objects.create(account=account, symbol="BTCUSDT", state=state.value, reason=reason, **given)


def order(hand: SubAccount, number: int, **changes: Any) -> Order:
    given = {"client_order_id": str(number), "symbol": "BTCUSDT", "side": "buy", "type": "limit"}
    times = {"time_in_force": "gtc", "placed_at": NOW, "updated_at": NOW}
    return Order.objects.create(account=hand.account, sub_account=hand, number=number, **given | times | changes)


@pytest.fixture
def viewer() -> User:
    return User.objects.create_superuser("Root", "root@example.com", "secret")


def test_it_counts_grids_orders_and_what_waits_to_be_told(viewer: User) -> None:
    account = account_of()
    hand = hand_of(account)
    for state, reason in (
        (GridState.RUNNING, ""),
        (GridState.RUNNING, ""),
        (GridState.PAUSED, "user"),
        (GridState.PAUSED, "exchange_down"),
        (GridState.ERROR, "internal error"),
        (GridState.STOPPED, ""),
    ):
        grid(account, state, reason)
    order(hand, 1)
    order(hand, 2, state="filled", ended_at=NOW)
    OUTBOX.append([PendingEvent(subject_id=hand.pk)] * 3, now=NOW)
    assert told(live_figures(viewer, NOW)) == [
        ("Grids running", 2, "of 5 that have not stopped, 1 in error", True),
        ("Grids paused", 2, "1 since the exchange is away", True),
        ("Open orders", 1, "of 1 accounts, 3 events wait to be told", False),
    ]
    OUTBOX.refuse({OUTBOX.read(1)[0].id: "why not"}, fence=None, now=NOW)
    assert told(live_figures(viewer, NOW))[2:] == [
        ("Open orders", 1, "of 1 accounts, 2 events wait to be told, 1 could not be told", True)
    ]


def test_where_nothing_trades_nothing_is_wrong(viewer: User) -> None:
    assert told(live_figures(viewer, NOW)) == [
        ("Grids running", 0, "of 0 that have not stopped, 0 in error", False),
        ("Grids paused", 0, "none since the exchange is away", False),
        ("Open orders", 0, "of 0 accounts, 0 events wait to be told", False),
    ]


def test_it_tells_each_viewer_what_they_may_see_and_leads_there(staff_with: StaffWith) -> None:
    failed = grid(account_of(), GridState.ERROR, "internal error")
    staff = staff_with("view_grid")
    cards = staff.get("/admin/").context["cards"]
    assert [card.title for card in cards if card.title in {"Grids running", "Open orders"}] == ["Grids running"]
    link = next(card.link for card in cards if card.title == "Grids running")
    assert [row.pk for row in staff.get(link).context["cl"].result_list] == [failed.pk]


def test_the_worker_is_behind_by_its_backtests_and_its_untold_events(make_backtest: MakeBacktest) -> None:
    assert trading_backlog(NOW) == Backlog(due=0, oldest=None)
    OUTBOX.append([PendingEvent(), PendingEvent()], now=NOW)
    assert trading_backlog(NOW) == Backlog(due=2, oldest=NOW)
    make_backtest(created_at=NOW - timedelta(hours=1))
    assert trading_backlog(NOW) == Backlog(due=3, oldest=NOW - timedelta(hours=1))

"""What the admin's first page tells of backtests."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from streaming.admin.figures import AdminFigures
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.trading.admin.conftest import NOW, MakeBacktest, ended, running
from trading.admin.dashboard import backtest_figures
from trading.events import BacktestState

DAY = timedelta(days=1)


def told(figures: AdminFigures) -> list[tuple[str, int, str, bool]]:
    """Return what the cards say."""
    return [(card.title, card.value, card.foot, card.is_bad) for card in figures.cards]


def test_it_counts_what_runs_waits_and_failed_in_the_last_day(make_backtest: MakeBacktest) -> None:
    viewer = User.objects.create_superuser("Root", "root@example.com", "secret")
    running(make_backtest())
    make_backtest()
    make_backtest(created_at=NOW - timedelta(hours=3))
    ended(make_backtest())
    ended(make_backtest(), BacktestState.ERROR, at=NOW - timedelta(hours=23))
    ended(make_backtest(), BacktestState.ERROR, at=NOW - DAY)
    assert told(backtest_figures(viewer, NOW)) == [
        ("Backtests running", 1, "2 ended in 24 hours", False),
        ("Backtests waiting", 2, "the first since 2026-11-20 09:30 UTC", False),
        ("Backtests failed in 24 hours", 1, "of 2 that ended", True),
    ]


def test_it_has_cards_where_nothing_has_run(db: None) -> None:
    viewer = User.objects.create_superuser("Root", "root@example.com", "secret")
    assert told(backtest_figures(viewer, NOW)) == [
        ("Backtests running", 0, "0 ended in 24 hours", False),
        ("Backtests waiting", 0, "none waits", False),
        ("Backtests failed in 24 hours", 0, "of 0 that ended", False),
    ]


def test_it_tells_nothing_to_whoever_may_not_see_backtests(db: None) -> None:
    assert backtest_figures(AnonymousUser(), NOW) == AdminFigures()


def test_it_leads_from_a_card_to_the_rows_behind_it(staff_with: StaffWith, make_backtest: MakeBacktest) -> None:
    failed = ended(make_backtest(), BacktestState.ERROR)
    make_backtest()
    staff = staff_with("view_backtest")
    cards = staff.get("/admin/").context["cards"]
    link = next(card.link for card in cards if card.title == "Backtests failed in 24 hours")
    assert f'href="{link}"' in text_of(staff.get("/admin/"))
    assert [backtest.pk for backtest in staff.get(link).context["cl"].result_list] == [failed.pk]

"""The admin's page of backtests: what it shows, finds and deletes, and to whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.accounts.admin.browsers import StaffWith, browser_of, text_of
from tests.trading.admin.conftest import NOW, MakeBacktest, ended, running
from tests.trading.market import symbol_listed
from trading.events import BacktestState
from trading.models import Backtest, BacktestResult, BacktestTrials

LIST = "/admin/trading/backtest/"


def page_of(backtest: Backtest) -> str:
    """Return the address of its page, on which the underscore of the id is written otherwise."""
    return f"{LIST}{quote(backtest.pk)}/"


def found(client: Client, **query: str) -> list[str]:
    """Return the ids that the list shows."""
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [backtest.pk for backtest in answer.context["cl"].result_list]


def asked(client: Client, address: str) -> list[str]:
    """Return what a page asks the database."""
    with CaptureQueriesContext(connection) as queries:
        text_of(client.get(address))
    return [query["sql"] for query in queries]


def test_it_lists_how_backtests_stand_the_newest_first(administrator: Client, make_backtest: MakeBacktest) -> None:
    old = ended(make_backtest(created_at=NOW - timedelta(days=2)))
    new = running(make_backtest(kind="sweep", sweep={"parameters": {}}, runs=1200))
    assert found(administrator) == [new.pk, old.pk]
    text = text_of(administrator.get(LIST))
    for words in ("Moving-average cross", "BTCUSDT 1h", "2023-11-15 to 2023-11-25", "Ada", "Sweep of 1,200 runs"):
        assert words in text
    for words in ("Running", "Run 40%", "Completed", "1.25%", "1.235"):
        assert words in text


def test_it_tells_one_that_is_to_end_from_one_that_runs(administrator: Client, make_backtest: MakeBacktest) -> None:
    backtest = running(make_backtest())
    assert "Cancelling" not in text_of(administrator.get(LIST))
    Backtest.objects.filter(pk=backtest.pk).update(is_cancelling=True)
    assert "Cancelling" in text_of(administrator.get(LIST))


def test_it_shows_a_strategy_that_is_no_longer_installed(administrator: Client, make_backtest: MakeBacktest) -> None:
    backtest = ended(make_backtest(strategy="gone_fishing"))
    assert "gone_fishing" in text_of(administrator.get(LIST))
    assert "gone_fishing" in text_of(administrator.get(f"{page_of(backtest)}change/"))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"state__exact": "error"}, ["failed"]),
        ({"kind__exact": "sweep"}, ["sweep"]),
        ({"strategy_is": "grid"}, ["failed"]),
        ({"strategy_is": "none such"}, []),
        ({"symbol_is": "ethusdt"}, ["sweep"]),
        ({"user_is": "GRACE"}, ["sweep"]),
        ({"user_is": "Gra"}, []),
        ({"q": "grac"}, ["sweep"]),
        ({"q": "nobody"}, []),
        ({"created_from": "2026-11-19", "created_to": "2026-11-19"}, ["failed"]),
        ({"created_from": "2026-11-20"}, ["sweep", "done"]),
        ({"created_to": "2026-11-18"}, []),
        ({"created_to": "soon"}, []),
    ],
    ids=str,
)
def test_it_finds_and_filters(
    administrator: Client, make_backtest: MakeBacktest, query: dict[str, str], names: list[str]
) -> None:
    other = User.objects.create_user("Grace", "grace@example.com")
    at = datetime(2026, 11, 19, 23, 59, 59, tzinfo=UTC)
    made = {
        "failed": ended(make_backtest(strategy="grid", created_at=at), BacktestState.ERROR),
        "done": ended(make_backtest()),
        "sweep": make_backtest(owner=other, symbol="ETHUSDT", kind="sweep", created_at=NOW),
    }
    assert found(administrator, **query) == [made[name].pk for name in names]


def test_it_finds_one_by_its_whole_id(administrator: Client, make_backtest: MakeBacktest) -> None:
    backtest, _ = make_backtest(), make_backtest()
    assert found(administrator, q=backtest.pk) == [backtest.pk]
    assert found(administrator, q=backtest.pk[:-1]) == []


def test_it_asks_no_more_for_more_rows_and_reads_no_result(administrator: Client, make_backtest: MakeBacktest) -> None:
    ended(make_backtest())
    few = asked(administrator, LIST)
    for number in range(20):
        ended(make_backtest(owner=User.objects.create_user(f"user{number}", f"user{number}@example.com")))
    many = asked(administrator, LIST)
    assert len(many) == len(few)
    assert not [sql for sql in many if "trading_backtestresult" in sql]
    assert administrator.get(LIST).context["cl"].result_count == 21


def test_it_shows_all_of_one_without_reading_its_result(administrator: Client, make_backtest: MakeBacktest) -> None:
    symbol_listed()
    backtest = ended(make_backtest())
    address = f"{page_of(backtest)}change/"
    text = text_of(administrator.get(address))
    for words in ("fast: 5<br>slow: 15", "1000.5 USDT", "0.001, 0.0005", "2023-11-25 00:00", "cafe"):
        assert words in text
    for words in ("Total return: 1.25%", "Final equity: 1,010.25 USDT", "Sharpe ratio: 1.235", "Win rate: -"):
        assert words in text
    assert f'href="/backtests/{backtest.pk}/"' in text
    assert not [sql for sql in asked(administrator, address) if '"trading_backtestresult"."data"' in sql]


def test_it_shows_what_a_sweep_sweeps_and_why_it_failed(administrator: Client, make_backtest: MakeBacktest) -> None:
    sweep = {
        "parameters": {"fast": [3, 5], "slow": [10, 20]},
        "walk_forward": {"train": 30, "test": 10, "step": 5},
        "rank_by": "sharpe",
    }
    backtest = ended(make_backtest(kind="sweep", sweep=sweep, runs=4, parameters={}), BacktestState.ERROR)
    text = text_of(administrator.get(f"{page_of(backtest)}change/"))
    for words in ("Sweep of 4 runs", "fast: 3, 5<br>slow: 10, 20", "train 30, test 10, step 5"):
        assert words in text
    assert "The worker ended while it ran, 2 times" in text


def test_it_lets_nobody_write_one_by_hand(administrator: Client, make_backtest: MakeBacktest) -> None:
    backtest = make_backtest()
    assert administrator.get(f"{LIST}add/").status_code == 403
    assert administrator.post(f"{page_of(backtest)}change/", {"state": "completed"}).status_code == 403
    assert Backtest.objects.get().state == "created"


@pytest.mark.parametrize("key", ["bt_none", "987654", "a_00b", "%00"])
def test_it_answers_that_there_is_no_such_one(administrator: Client, key: str, db: None) -> None:
    answer: Any = administrator.get(f"{LIST}{key}/change/", follow=True)
    assert answer.redirect_chain == [("/admin/", 302)]
    for action in ("run-again", "cancel"):
        assert administrator.post(f"{LIST}{key}/{action}/", {"_form_submitted": "True"}).status_code == 404


@pytest.mark.parametrize(
    ("codenames", "sees"), [((), False), (("delete_backtestresult",), False), (("view_backtest",), True)]
)
def test_it_is_for_staff_who_may_view(
    staff_with: StaffWith, make_backtest: MakeBacktest, codenames: tuple[str, ...], *, sees: bool
) -> None:
    backtest = make_backtest()
    staff, status = staff_with(*codenames), 200 if sees else 403
    assert staff.get(LIST).status_code == status
    assert staff.get(f"{page_of(backtest)}change/").status_code == status
    assert (f'href="{LIST}"' in text_of(staff.get("/admin/"))) == sees
    assert staff.post(f"{page_of(backtest)}delete/", {"post": "yes"}).status_code == 403
    assert Backtest.objects.count() == 1


def test_it_shows_its_owner_to_the_log_in_page(owner: User, make_backtest: MakeBacktest) -> None:
    answer = browser_of(owner).get(f"{page_of(make_backtest())}change/")
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_it_deletes_one_with_its_result(staff_with: StaffWith, make_backtest: MakeBacktest) -> None:
    staff = staff_with("view_backtest", "delete_backtest")
    backtest, kept = ended(make_backtest()), ended(make_backtest())
    address = f"{page_of(backtest)}delete/"
    assert f"{backtest} (completed), with its result" in text_of(staff.get(address))
    assert not [sql for sql in asked(staff, address) if "trading_backtestresult" in sql]
    assert staff.post(address, {"post": "yes"}).status_code == 302
    assert Backtest.objects.get() == kept
    assert BacktestResult.objects.get().pk == kept.pk


def test_it_deletes_those_that_are_selected_running_ones_too(
    administrator: Client, make_backtest: MakeBacktest
) -> None:
    kept, *chosen = make_backtest(), running(make_backtest()), ended(make_backtest())
    asked_for = {"action": "delete_selected", "_selected_action": [each.pk for each in chosen]}
    assert "(running), with its result" in text_of(administrator.post(LIST, asked_for))
    administrator.post(LIST, {**asked_for, "post": "yes"})
    assert Backtest.objects.get() == kept
    assert not BacktestResult.objects.exists()


def test_it_deletes_a_users_backtests_with_the_user_and_reads_no_result(
    administrator: Client, make_backtest: MakeBacktest
) -> None:
    owner = ended(make_backtest()).owner
    BacktestTrials.objects.create(owner=owner, symbol="BTCUSDT", count=1)
    address = f"/admin/accounts/user/{owner.pk}/delete/"
    with CaptureQueriesContext(connection) as queries:
        assert f"{owner}, with backtests: 1" in text_of(administrator.get(address))
        assert administrator.post(address, {"post": "yes"}).status_code == 302
    assert not [query["sql"] for query in queries if '"trading_backtestresult"."data"' in query["sql"]]
    assert not (Backtest.objects.exists())
    assert not (BacktestResult.objects.exists())
    assert not (BacktestTrials.objects.exists())

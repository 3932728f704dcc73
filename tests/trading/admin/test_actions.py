"""What staff may do with backtests of others: run them again, and cancel them."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.trading.admin.conftest import MakeBacktest, ended, running
from trading.models import Backtest, BacktestTrials

LIST = "/admin/trading/backtest/"
CONFIRMED = {"_form_submitted": "True"}
MAY_CHANGE = ("view_backtest", "change_backtest")
MAY_RUN = (*MAY_CHANGE, "add_backtest")


def act(client: Client, backtest: Backtest, action: str) -> Any:
    """Confirm an action's dialog on the page of a backtest."""
    return client.post(f"{LIST}{quote(backtest.pk)}/{action}/", CONFIRMED)


def act_on(client: Client, action: str, *backtests: Backtest) -> str:
    """Do something with those that are selected in the list; return what the page says then."""
    chosen = {"action": action, "_selected_action": [backtest.pk for backtest in backtests]}
    return text_of(client.post(LIST, chosen, follow=True))


def test_it_runs_one_again_for_its_owner_and_leads_to_the_new_one(
    staff_with: StaffWith, make_backtest: MakeBacktest
) -> None:
    staff, backtest = staff_with(*MAY_RUN), ended(make_backtest())
    assert "Run again?" in text_of(staff.get(f"{LIST}{quote(backtest.pk)}/run-again/"))
    answer = act(staff, backtest, "run-again")
    new = Backtest.objects.get(state="created")
    assert answer.headers["HX-Redirect"] == f"{LIST}{quote(new.pk)}/change/"
    assert "Queued again: this is the new one" in text_of(staff.get(answer.headers["HX-Redirect"]))
    for name in ("owner", "strategy", "symbol", "interval", "start", "end", "parameters", "initial_capital", "fills"):
        assert getattr(new, name) == getattr(backtest, name)
    assert (new.metrics, new.progress, new.reason) == (None, 0.0, "")
    assert BacktestTrials.objects.get(owner=backtest.owner).count == 1
    assert (LogEntry.objects.get().object_id, LogEntry.objects.get().get_change_message()) == (
        new.pk,
        "Queued again: this is the new one.",
    )


def test_it_leads_to_any_id_though_it_looks_like_a_quoted_one(
    administrator: Client, make_backtest: MakeBacktest
) -> None:
    backtest = make_backtest(id="bt_2345672a3cqp")
    answer = act(administrator, backtest, "cancel")
    assert backtest.pk in text_of(administrator.get(answer.headers["HX-Redirect"]))
    assert Backtest.objects.get().state == "cancelled"


def test_it_runs_those_selected_again_as_far_as_each_owner_has_room(
    administrator: Client, make_backtest: MakeBacktest, settings: Settings
) -> None:
    settings.BACKTESTS_QUEUED_PER_USER = 2
    other = User.objects.create_user("Grace", "grace@example.com")
    chosen = [ended(make_backtest()) for _ in range(4)]
    said = act_on(administrator, "run_selected_again", *chosen, ended(make_backtest(owner=other)))
    refusal = "There may be at most 2 backtests at a time; wait until one has ended"
    assert f"2 of Ada: {refusal}" in said
    assert "Queued again: 3" in said
    assert Backtest.objects.filter(state="created", owner=other).count() == 1
    assert Backtest.objects.filter(state="created").count() == 3
    assert refusal in _said(administrator, act(administrator, chosen[0], "run-again"))
    assert Backtest.objects.count() == 8


def _said(client: Client, answer: Any) -> str:
    """Return the page to which a dialog leads."""
    return text_of(client.get(answer.headers["HX-Redirect"]))


def test_it_cancels_one_that_waits_and_tells_one_that_runs_to_end(
    staff_with: StaffWith, make_backtest: MakeBacktest
) -> None:
    staff, waiting, busy = staff_with(*MAY_CHANGE), make_backtest(), running(make_backtest())
    assert "Cancelled" in _said(staff, act(staff, waiting, "cancel"))
    act(staff, busy, "cancel")
    waiting.refresh_from_db()
    busy.refresh_from_db()
    assert (waiting.state, waiting.is_told) == ("cancelled", False)
    assert (busy.state, busy.is_cancelling) == ("running", True)


def test_it_cancels_of_those_selected_what_has_not_ended(administrator: Client, make_backtest: MakeBacktest) -> None:
    done = ended(make_backtest())
    said = act_on(administrator, "cancel_selected", make_backtest(), running(make_backtest()), done)
    assert "Cancelled: 2" in said
    assert "1 of Ada: The backtest has ended; it is completed" in said
    assert "The backtest has ended; it is completed" in _said(administrator, act(administrator, done, "cancel"))
    done.refresh_from_db()
    assert done.state == "completed"


@pytest.mark.parametrize(
    ("codenames", "allowed"),
    [
        (("view_backtest", "delete_backtest"), set()),
        (("view_backtest", "add_backtest"), set()),
        (MAY_CHANGE, {"cancel"}),
        (MAY_RUN, {"cancel", "run-again"}),
    ],
    ids=["delete", "add", "change", "change and add"],
)
def test_it_asks_for_the_permissions_that_rest_asks_for(
    staff_with: StaffWith, make_backtest: MakeBacktest, codenames: tuple[str, ...], allowed: set[str]
) -> None:
    staff, backtest = staff_with(*codenames), make_backtest()
    page, address = text_of(staff.get(f"{LIST}{quote(backtest.pk)}/change/")), f"{LIST}{quote(backtest.pk)}/"
    assert {action for action in ("cancel", "run-again") if f"{address}{action}/" in page} == allowed
    for action in {"cancel", "run-again"} - allowed:
        assert act(staff, backtest, action).status_code == 403
        act_on(staff, {"cancel": "cancel_selected", "run-again": "run_selected_again"}[action], backtest)
    assert Backtest.objects.get().state == "created"

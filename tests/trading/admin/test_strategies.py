"""What staff may do with live strategies of others: make their signals public, and end that."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.test import Client

from tests.accounts.admin.browsers import StaffWith, text_of
from tests.trading.live.rows import NOW, account_of, strategy_of
from trading.models import AuditEntry, Strategy

pytestmark = pytest.mark.django_db

_LIST = "/admin/trading/strategy/"
_MAY_CHANGE = ("view_strategy", "change_strategy")


@pytest.fixture
def strategy() -> Strategy:
    """Let Ada have a strategy."""
    row = strategy_of(account_of()).strategy
    assert row is not None
    return row


def _act(client: Client, strategy: Strategy, action: str) -> Any:
    return client.post(f"{_LIST}{quote(strategy.pk)}/{action}/", {"_form_submitted": "True"})


def test_it_is_made_public_and_ended_with_an_audit_of_both(staff_with: StaffWith, strategy: Strategy) -> None:
    staff = staff_with(*_MAY_CHANGE)
    assert "Make public?" in text_of(staff.get(f"{_LIST}{quote(strategy.pk)}/make-public/"))
    for action, is_public in (("make-public", True), ("end-being-public", False)):
        answer = _act(staff, strategy, action)
        assert answer.headers["HX-Redirect"] == f"{_LIST}{quote(strategy.pk)}/change/"
        strategy.refresh_from_db()
        assert strategy.is_public is is_public
    audited = AuditEntry.objects.filter(target=strategy.pk).order_by("number")
    assert [(entry.action, entry.actor, entry.source, entry.owner_id, entry.after) for entry in audited] == [
        ("strategy.publish", "Staff", "admin", strategy.account.owner_id, '{"is_public":true}'),
        ("strategy.unpublish", "Staff", "admin", strategy.account.owner_id, '{"is_public":false}'),
    ]
    assert [entry.get_change_message() for entry in LogEntry.objects.order_by("id")] == [
        "Made public.",
        "Not public any more.",
    ]


def test_of_those_selected_it_says_which_could_not_be_made_public(administrator: Client, strategy: Strategy) -> None:
    given = {"account": strategy.account, "symbol": "BTCUSDT", "interval": "1m", "investment": 1, "created_at": NOW}
    public = Strategy.objects.create(strategy="dca", is_public=True, **given)
    stopped = Strategy.objects.create(strategy="rsi_reversion", state="stopped", ended_at=NOW, **given)
    chosen = [strategy.pk, public.pk, stopped.pk]
    data = {"action": "make_selected_public", "_selected_action": chosen}
    said = text_of(administrator.post(_LIST, data, follow=True))
    assert "Made public: 1" in said
    assert f"{public}: The strategy is public already" in said
    assert f"{stopped}: The strategy is stopped; it gives no more signals" in said
    assert set(Strategy.objects.filter(is_public=True).values_list("pk", flat=True)) == {strategy.pk, public.pk}


@pytest.mark.parametrize(
    ("permissions", "status"),
    [((), 403), (("view_strategy",), 403), (("view_strategy", "change_grid"), 403), (_MAY_CHANGE, 200)],
)
def test_only_staff_who_may_change_strategies_make_one_public(
    staff_with: StaffWith, strategy: Strategy, permissions: tuple[str, ...], status: int
) -> None:
    assert _act(staff_with(*permissions), strategy, "make-public").status_code == status
    strategy.refresh_from_db()
    assert strategy.is_public is (status == 200)

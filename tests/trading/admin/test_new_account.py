"""Adding an account for a user in the admin: with its balances, by whom it may be, and what the audit says of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.admin.browsers import StaffWith, text_of
from trading.models import AuditEntry, Balance, TradingAccount

ADD = "/admin/trading/tradingaccount/add-account/"
LIST = "/admin/trading/tradingaccount/"
GIVEN = {"_form_submitted": "True", "owner": "ada", "name": "Second", "balances": "USDT:1500.5, USDC:2"}


def add(client: Client, **changes: str) -> Any:
    """Give the dialog."""
    return client.post(ADD, GIVEN | changes)


def test_it_adds_an_account_beside_the_default_one_and_says_so_in_the_audit(staff_with: StaffWith, owner: User) -> None:
    staff = staff_with("view_tradingaccount", "add_tradingaccount")
    assert "Add account" in text_of(staff.get(LIST))
    answer = add(staff)
    added = TradingAccount.objects.get(owner=owner, name="Second")
    assert answer.headers["HX-Redirect"] == f"{LIST}{added.pk.replace('_', '_5F')}/change/"
    assert [one.is_default for one in TradingAccount.objects.filter(owner=owner).order_by("name")] == [True, False]
    held = {row.asset: row.free for row in Balance.objects.filter(sub_account__account=added)}
    assert held == {"USDT": Decimal("1500.5"), "USDC": Decimal(2)}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target, entry.owner_id, entry.source) == ("account.create", added.pk, owner.pk, "admin")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"owner": "nobody"}, "There is no such user"),
        ({"name": "Paper"}, "There is an account of the name Paper already"),
        ({"balances": "USDT"}, "USDT needs an amount, such as USDT:1000"),
        ({"balances": "USDT:-1"}, "USDT must be from 0 to 1000000000000"),
        ({"balances": "dollars:1"}, "is no asset: write them as USDT:1000,USDC:500"),
    ],
)
def test_it_says_in_the_dialog_what_is_wrong_and_adds_nothing(
    administrator: Client, owner: User, changes: dict[str, str], said: str
) -> None:
    assert said in text_of(add(administrator, **changes))
    assert not TradingAccount.objects.exists()


def test_it_adds_no_more_than_there_may_be(administrator: Client, owner: User, settings: Settings) -> None:
    settings.ACCOUNTS_PER_USER = 1
    assert "There may be at most 1 accounts" in text_of(add(administrator))
    assert not TradingAccount.objects.exists()


def test_it_asks_for_the_right_to_add_accounts(staff_with: StaffWith, owner: User) -> None:
    assert add(staff_with("view_tradingaccount")).status_code == 403
    assert not TradingAccount.objects.exists()

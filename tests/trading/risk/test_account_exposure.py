"""What accounts have at stake, by their rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext

from streaming.events import Side
from streaming.times import milliseconds
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of
from tests.trading.live.worked_market import order_place
from tests.trading.market import symbol_listed
from trading.accounts.selectors import balances_of
from trading.engine.amounts import amount_of
from trading.engine.grid.state import GridState
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.models import Balance, Grid, SubAccount
from trading.risk.account_exposure import ExposureReader

pytestmark = pytest.mark.django_db

Queries = AbstractContextManager[CaptureQueriesContext]

_PARAMETERS = GridParameters(lower_price=Decimal(980), upper_price=Decimal(1020), grid_count=4)
_LONG = Decimal("987654321098.123456789012345678901234")
"""An amount of 36 digits: Python's own context keeps 28."""


def test_sums_keep_every_digit() -> None:
    account = account_of()
    hand, other = hand_of(account), hand_of(account, "USDC")
    SubAccount.objects.filter(pk=hand.pk).update(
        realised=_LONG, realised_before_day=Decimal(1), day=NOW.date(), deposited=-_LONG
    )
    for each in (hand, other):
        Balance.objects.create(sub_account=each, asset="BTC", free=_LONG, locked=Decimal("0.1"))
    exposure = ExposureReader().read([account.pk], now=NOW)[account.pk].sub_accounts[hand.pk]
    assert exposure.realised_today == amount_of(_LONG) - amount_of(Decimal(1))
    assert exposure.held["BTC"] == amount_of(_LONG) + amount_of(Decimal("0.1"))
    tomorrow = ExposureReader().read([account.pk], now=NOW + timedelta(days=1))
    assert tomorrow[account.pk].sub_accounts[hand.pk].realised_today == 0
    yesterday = ExposureReader().read([account.pk], now=NOW - timedelta(days=1))
    assert yesterday[account.pk].sub_accounts[hand.pk].realised_today == exposure.realised_today, "the clock is back"
    [bitcoin] = [balance for balance in balances_of(account) if balance.asset == "BTC"]
    assert amount_of(bitcoin.free) == 2 * amount_of(_LONG)


def test_it_counts_open_orders_and_what_they_buy_of_all_sub_accounts_but_one() -> None:
    symbol_listed()
    account = account_of()
    hand, other, third = hand_of(account), grid_of(account, _PARAMETERS), grid_of(account, _PARAMETERS)
    for one, names in ((hand, "abc"), (other, "de"), (third, "f")):
        for name in names:
            order_place(one, name, Side.BUY, Decimal(100), milliseconds(NOW))
    for one, count in ((hand, 3), (other, 4), (third, 5)):
        others = ExposureReader().read([account.pk], now=NOW, unasked=[one.pk])[account.pk].together()
        assert others.open_orders == count
        assert others.buying["BTC"] == (count * 100 * amount_of(Decimal("0.1")), 0)
        assert not others.held  # the money that they trade with is no position


def test_what_has_not_changed_is_not_read_again(django_assert_num_queries: Callable[[int], Queries]) -> None:
    symbol_listed()
    account = account_of()
    hand, other = hand_of(account), grid_of(account, _PARAMETERS)
    order_place(hand, "one", Side.BUY, Decimal(100), milliseconds(NOW))
    reader = ExposureReader()
    first = reader.read([account.pk], now=NOW)
    with django_assert_num_queries(2) as queries:
        assert reader.read([account.pk], now=NOW) == first
    assert "trading_balance" not in str(queries.captured_queries)
    order_place(other, "two", Side.BUY, Decimal(100), milliseconds(NOW))
    again = reader.read([account.pk], now=NOW)[account.pk]
    assert {pk: one.open_orders for pk, one in again.sub_accounts.items()} == {hand.pk: 1, other.pk: 1}
    assert reader.read([account.pk], now=NOW, unasked=[hand.pk])[account.pk].sub_accounts.keys() == {other.pk}


def test_grids_that_ended_before_today_count_no_more() -> None:
    symbol_listed()
    account = account_of()
    hand = hand_of(account)
    live, today, before = (grid_of(account, _PARAMETERS) for _ in "abc")
    for row, ended_at in ((today, NOW), (before, NOW - timedelta(days=1))):
        Grid.objects.filter(pk=row.grid_id).update(state=GridState.STOPPED.value, ended_at=ended_at)
    assert ExposureReader().read([account.pk], now=NOW)[account.pk].sub_accounts.keys() == {hand.pk, live.pk, today.pk}

"""Deleting a user who trades: refused while something runs, each thing by name; then all of it goes."""

import pytest

from accounts.models import User
from accounts.own_data.deleting import DeletionRefusedError, obstacles_of, user_delete
from streaming.identity.user_deletion import DeletionSource
from tests.trading.backtest_rows import backtest_of
from tests.trading.own_trading import NOW, own_trading
from trading.models import Grid, KillSwitch, Order, Strategy, TradingAccount


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("Ada", "ada@example.com", "correct horse battery staple")


def test_it_is_refused_with_a_reason_for_each_thing_that_runs(user: User) -> None:
    own, backtest = own_trading(user), backtest_of(user)
    backtest_of(user)
    with pytest.raises(DeletionRefusedError) as refused:
        user_delete(user=user, source=DeletionSource.REST)
    order, grid, strategy, backtests = refused.value.obstacles
    assert order == f"1 order is open: cancel it first: BTCUSDT ({own.order.pk})."
    assert grid == f"1 grid is not stopped: stop it first: BTCUSDT ({own.grid.pk})."
    assert strategy == f"1 live strategy is not stopped: stop it first: BTCUSDT ({own.strategy.pk})."
    assert backtests.startswith("Backtests are not over: await or cancel them first: BTCUSDT (")
    assert backtest.pk in backtests
    assert TradingAccount.objects.filter(owner=user).exists()


def test_once_all_is_ended_it_goes_with_its_kill_switches_and_nothing_of_others(user: User) -> None:
    own, other = own_trading(user), own_trading(User.objects.create_user("Grace", "grace@example.com", "correct horse"))
    Order.objects.filter(pk=own.order.pk).update(state="cancelled", ended_at=NOW)
    Grid.objects.filter(pk=own.grid.pk).update(state="stopped", ended_at=NOW)
    Strategy.objects.filter(pk=own.strategy.pk).update(state="stopped", ended_at=NOW)
    for grid in (own.grid, other.grid):
        KillSwitch.objects.create(scope="instance", instance=grid.pk, changed_by=user, changed_at=NOW)
    assert obstacles_of(user) == []
    user_delete(user=user, source=DeletionSource.REST)
    assert [account.pk for account in TradingAccount.objects.all()] == [other.account.pk]
    assert list(Order.objects.all()) == [other.order]
    assert KillSwitch.objects.get().instance == other.grid.pk
    assert KillSwitch.objects.get().changed_by is None

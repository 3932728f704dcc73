"""Whose accounts, backtests, grids and strategies are: asked by all processes that tell of them; it loads no more."""

from trading.models import Backtest, Grid, Strategy, TradingAccount


async def owners_of_account(account_id: str) -> frozenset[str]:
    """Return the id of the user who owns an account; none where there is no such one."""
    owners = TradingAccount.objects.filter(pk=account_id).values_list("owner", flat=True)
    return frozenset([str(owner) async for owner in owners])


async def owners_of_backtest(backtest_id: str) -> frozenset[str]:
    """Return the id of the user who owns a backtest; none where there is no such one."""
    owners = Backtest.objects.filter(pk=backtest_id).values_list("owner", flat=True)
    return frozenset([str(owner) async for owner in owners])


async def owners_of_grid(grid_id: str) -> frozenset[str]:
    """Return the id of the user who owns a grid; none where there is no such one."""
    owners = Grid.objects.filter(pk=grid_id).values_list("account__owner", flat=True)
    return frozenset([str(owner) async for owner in owners])


async def owners_of_strategy(strategy_id: str) -> frozenset[str]:
    """Return the id of the user who owns a live strategy; none where there is no such one."""
    owners = Strategy.objects.filter(pk=strategy_id).values_list("account__owner", flat=True)
    return frozenset([str(owner) async for owner in owners])

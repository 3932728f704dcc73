"""Whose a backtest is: asked by every process that tells of them, so that it loads nothing else."""

from trading.models import Backtest


async def owners_of_backtest(backtest_id: str) -> frozenset[str]:
    """Return the id of the user who owns a backtest; none where there is no such one."""
    return frozenset(
        [str(owner) async for owner in Backtest.objects.filter(pk=backtest_id).values_list("owner", flat=True)]
    )

"""Who may do what with backtests: users with their own, staff with those of others as far as the admin lets them."""

from streaming.commands.access import Permission, StaffPermission
from streaming.commands.use_cases import Caller
from trading.backtests.selectors import backtest_reached
from trading.models import Backtest

MAY_RUN = Permission("trading.add_backtest")
MAY_VIEW = StaffPermission("trading.view_backtest")
MAY_CHANGE = StaffPermission("trading.change_backtest")
MAY_DELETE = StaffPermission("trading.delete_backtest")
"""What staff need, as in the admin, for the backtests of others."""


def reached(caller: Caller, backtest_id: str, others: StaffPermission) -> Backtest:
    """Return a backtest of the caller's own, or another's where the caller is one of those `others`.

    Raise `BacktestNotFoundError` for any other: whether there is such a one is nobody else's business.
    """
    return backtest_reached(reader=caller.reader(others), backtest_id=backtest_id)

"""Who may do what with live strategies: users with their own, staff with those of others as far as the admin lets."""

from streaming.commands.access import Permission, StaffPermission
from streaming.commands.use_cases import Caller
from trading.models import Strategy
from trading.strategies.selectors import strategy_reached

MAY_START = Permission("trading.add_strategy")
MAY_VIEW = StaffPermission("trading.view_strategy")
MAY_CHANGE = StaffPermission("trading.change_strategy")
"""What staff need, as in the admin, for the strategies of others."""


def reached(caller: Caller, strategy_id: str, others: StaffPermission) -> Strategy:
    """Return a strategy of the caller's own, or another's where the caller is one of those `others`.

    Raise `StrategyNotFoundError` for any other: whether there is such a one is nobody else's business.
    """
    return strategy_reached(reader=caller.reader(others), strategy_id=strategy_id)

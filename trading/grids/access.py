"""Who may do what with grids: users with their own, staff with those of others as far as the admin lets them."""

from streaming.commands.access import Permission, StaffPermission
from streaming.commands.use_cases import Caller
from trading.grids.selectors import grid_reached
from trading.models import Grid

MAY_START = Permission("trading.add_grid")
MAY_VIEW = StaffPermission("trading.view_grid")
MAY_CHANGE = StaffPermission("trading.change_grid")
"""What staff need, as in the admin, for the grids of others."""


def reached(caller: Caller, grid_id: str, others: StaffPermission) -> Grid:
    """Return a grid of the caller's own, or another's where the caller is one of those `others`.

    Raise `GridNotFoundError` for any other: whether there is such a one is nobody else's business.
    """
    return grid_reached(reader=caller.reader(others), grid_id=grid_id)

"""A change of a grid's parameters: what it changes, and what the grid is planned to be then.

Lines, investment and size of orders rebuild a grid that runs (`engine/grid/replanning.py`); ends and trigger don't. An
investment that is raised must be there before, one that is lowered leaves the difference free. With what the grid has
earned its orders grow.
"""

from collections.abc import Mapping

from msgspec.structs import asdict

from trading.engine.accounts.account import Account
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.fees import FeeSchedule
from trading.engine.grid.replanning import Replanned, replanned
from trading.engine.grid.state import GridState
from trading.engine.instrument import Instrument, Rounding
from trading.engine.strategies.errors import CannotTradeError
from trading.engine.strategies.shipped.grid_core import check_order_size
from trading.engine.strategies.shipped.grid_parameters import GridParameters

_REBUILDING = frozenset({"lower_price", "upper_price", "grid_count", "spacing", "investment", "order_size"})


class GridNotChangeableError(Exception):
    """The parameters of a grid in `state` can't be changed now."""

    def __init__(self, state: GridState) -> None:
        super().__init__(f"a grid that is {state} can't be changed")
        self.state = state


def changed_parameters(before: GridParameters, after: GridParameters) -> Mapping[str, tuple[object, object]]:
    """Return what was and what is of each parameter that differs."""
    old, new = asdict(before), asdict(after)
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def rebuilds(changed: Mapping[str, tuple[object, object]]) -> bool:
    """Return whether lines or orders differ by it."""
    return not _REBUILDING.isdisjoint(changed)


def added_investment(before: GridParameters, after: GridParameters, account: Account) -> int:
    """Return by how much (an amount of quote) the investment is raised; below zero where it is lowered.

    Of a grid of a given order size, which has none, it is what was moved to its account; one that is to have none keeps
    what it has.
    """
    if after.investment is None:
        return 0
    invested = account.equity_at_start if before.investment is None else amount_of(before.investment)
    return amount_of(after.investment) - invested


def plan_anew(
    parameters: GridParameters,
    instrument: Instrument,
    account: Account,
    *,
    lines: tuple[int, ...],
    price: int,
    fees: FeeSchedule,
    returned: int = 0,
) -> Replanned:
    """Return how a grid goes on with all that its account holds, less `returned` (an amount of quote).

    Raise `CannotTradeError` where that is too little for it.
    """
    quote = account.total(instrument.quote) - returned
    if quote < 0:
        raise CannotTradeError(
            f"{decimal_of(-quote):f} {instrument.quote} of the investment are held in {instrument.base}"
        )
    size = parameters.order_size
    plan = replanned(
        instrument,
        lines,
        price=price,
        held_steps=account.total(instrument.base) // instrument.quantity_unit,
        quote=quote,
        fees=fees,
        order_steps=None if size is None else instrument.steps(size, Rounding.DOWN),
    )
    check_order_size(instrument, lines, plan.order_steps)
    if plan.cost > quote:
        missing = f"{decimal_of(plan.cost - quote):f} {instrument.quote}"
        raise CannotTradeError(f"order_size is too large: {missing} more would be needed")
    return plan

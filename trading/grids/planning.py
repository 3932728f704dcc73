"""What a grid would be at the market of now: its preview, and what it needs of an account to begin with."""

from collections.abc import Collection
from decimal import Decimal

import msgspec

from streaming.commands.errors import WrongParametersError
from trading.engine.amounts import amount_of
from trading.engine.fees import FeeSchedule
from trading.engine.grid.lines import GridLinesError
from trading.engine.instrument import Instrument, Rounding
from trading.engine.live.grids.preview import GridPreview, GridWarning, GridWarningCode, grid_preview
from trading.engine.orders.filters import maximum_orders_fault
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.grids.parameters import NewGrid
from trading.live.markets import TradedMarket

_MARGIN = Decimal("1.01")
"""How much more than it needs now a grid of a given order size gets, where there is more: the market moves."""
_REFUSED = (
    GridWarningCode.TOO_TIGHT,
    GridWarningCode.MAXIMUM_ORDERS,
    GridWarningCode.UNDER_MINIMUM,
    GridWarningCode.OVER_MAXIMUM,
)
"""What makes a grid impossible, or a loss from the beginning; of the others, but at a start, one is only warned."""


class PlannedGrid(msgspec.Struct, frozen=True, kw_only=True):
    """A grid as it would be: what the engine takes, and its preview."""

    instrument: Instrument
    parameters: GridParameters
    preview: GridPreview

    @property
    def needed(self) -> int:
        """The least amount of quote that it begins with."""
        if self.parameters.investment is not None:
            return amount_of(self.parameters.investment)
        return self.preview.base_cost + self.preview.quote

    @property
    def wanted(self) -> int:
        """The amount of quote that it gets where there is that much."""
        if self.parameters.investment is not None:
            return self.needed
        return int(self.needed * _MARGIN)

    def check_startable(self) -> None:
        """Raise `WrongParametersError` as `check_runnable`, and where it would end where it begins."""
        self._check((*_REFUSED, GridWarningCode.END_REACHED))

    def check_runnable(self) -> None:
        """Raise `WrongParametersError` where lines are too tight to earn their fees, or orders too small or large."""
        self._check(_REFUSED)

    def _check(self, refused: Collection[GridWarningCode]) -> None:
        faults = {warning.field: warning.message for warning in self.preview.warnings if warning.code in refused}
        if faults:
            raise WrongParametersError(faults)


def orders_fault(instrument: Instrument, gaps: int, *, open_orders: int) -> str | None:
    """Return what is said where an account has room for fewer orders than a grid has gaps; None where it has enough.

    `open_orders` are those that count for the account and the symbol already.
    """
    fault = maximum_orders_fault(instrument, gaps, open_orders=open_orders)
    return None if fault is None else f"grid_count is too large: {fault}"


def order_warnings(planned: PlannedGrid, open_orders: int) -> tuple[GridWarning, ...]:
    """Return what a preview says of a grid that would be refused for the orders of its account."""
    warned = {warning.code for warning in planned.preview.warnings}
    message = orders_fault(planned.instrument, planned.parameters.grid_count, open_orders=open_orders)
    if message is None or GridWarningCode.MAXIMUM_ORDERS in warned:
        return ()
    return (GridWarning(GridWarningCode.MAXIMUM_ORDERS, "grid_count", message),)


def grid_planned(given: NewGrid, market: TradedMarket) -> PlannedGrid:
    """Return the grid; raise `WrongParametersError` where its lines can't be drawn."""
    return grid_planned_of(given.engine_parameters, given.fee_rate, market)


def grid_planned_of(parameters: GridParameters, fee_rate: Decimal, market: TradedMarket) -> PlannedGrid:
    """Return the same for what the engine takes."""
    instrument = market.instrument
    trigger = parameters.trigger_price
    price = market.ticks if trigger is None else instrument.ticks(trigger, Rounding.NEAREST)
    fees = FeeSchedule(maker=fee_rate, taker=fee_rate)
    try:
        preview = grid_preview(parameters, instrument=instrument, fees=fees, price=price)
    except GridLinesError as error:
        raise WrongParametersError({error.field: str(error)}) from error
    return PlannedGrid(instrument=instrument, parameters=parameters, preview=preview)

"""What a preview says of a grid that would be refused for its money. Pure."""

from trading.engine.live.grids.preview import GridWarning, GridWarningCode
from trading.grids.planning import PlannedGrid
from trading.live.funds import missing_money


def money_warnings(planned: PlannedGrid, free: int) -> tuple[GridWarning, ...]:
    """Return what a preview says of a grid that would be refused for its money."""
    message = missing_money("grid", planned.needed, free, planned.instrument.quote)
    if message is None:
        return ()
    field = "order_size" if planned.parameters.investment is None else "investment"
    return (GridWarning(GridWarningCode.INSUFFICIENT_BALANCE, field, message),)

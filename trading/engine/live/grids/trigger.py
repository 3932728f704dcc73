"""At which trades a grid begins and ends by its own parameters."""

from decimal import Decimal

from trading.engine.instrument import Instrument, Rounding
from trading.engine.live.triggers import Reach
from trading.engine.strategies.shipped.grid_parameters import GridParameters


def is_touched(instrument: Instrument, trigger: Decimal, *, before: int, price: int) -> bool:
    """Return whether a trigger lies between two prices in ticks, or at one of them."""
    return min(before, price) * instrument.tick_size <= trigger <= max(before, price) * instrument.tick_size


def trigger_reach(instrument: Instrument, trigger: Decimal, *, before: int) -> Reach:
    """Return which trades touch a trigger where the market was at `before` when it was first waited for."""
    if before * instrument.tick_size >= trigger:
        return Reach(below=instrument.ticks(trigger, Rounding.DOWN))
    return Reach(above=instrument.ticks(trigger, Rounding.UP))


def ends_reach(instrument: Instrument, parameters: GridParameters) -> Reach:
    """Return which trades end a grid: at or under its stop loss, at or over its take profit."""
    loss, profit = parameters.stop_loss, parameters.take_profit
    return Reach(
        None if loss is None else instrument.ticks(loss, Rounding.DOWN),
        None if profit is None else instrument.ticks(profit, Rounding.UP),
    )

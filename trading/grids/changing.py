"""A grid's parameters with some of them changed, and what is wrong with those."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.grids.parameters import NewGrid
from trading.grids.planning import grid_planned_of
from trading.live.markets import TradedMarket
from trading.live.rows.grid_rows import parameters_of
from trading.models import Grid

_PATH = "params"
_read = reader_of(NewGrid)
"""As for a new grid: with the same bounds, in the same words."""
_FIXED = ("pair", "fee_rate", "mode", "account")
"""What is given when a grid is started, and stays."""


def changed_parameters(
    grid: Grid, params: Mapping[str, Any], market: TradedMarket, *, has_begun: bool
) -> GridParameters:
    """Return all parameters as they would be.

    The trigger of a grid that `has_begun` bounds nothing any more, and a new end that the price has reached ends it.
    Raise `WrongParametersError`, which names each that is wrong as `params.upper_price`.
    """
    fixed = {name: f"{_PATH}.{name} can't be changed; start another grid" for name in params if name in _FIXED}
    if fixed:
        raise _wrong(fixed)
    stored = parameters_of(grid)
    kept = {name: getattr(stored, name) for name in stored.__struct_fields__ if name not in params}
    is_trigger_past = has_begun and kept.pop("trigger_price", None) is not None
    if params.get("order_size") is not None and "investment" not in params:
        kept["investment"] = None
    if params.get("investment") is not None and "order_size" not in params:
        kept["order_size"] = None
    given = {**kept, **params, "pair": grid.symbol, "fee_rate": grid.fee_rate}
    try:
        changed = _read(given).engine_parameters
        planned = grid_planned_of(changed, grid.fee_rate, market)
        check = planned.check_runnable if has_begun else planned.check_startable
        check()
    except WrongParametersError as error:
        raise _wrong(error.fields) from error
    return replace(changed, trigger_price=stored.trigger_price) if is_trigger_past else changed


def _wrong(fields: Mapping[str, str]) -> WrongParametersError:
    return WrongParametersError({f"{_PATH}.{name}": sentence for name, sentence in fields.items()})

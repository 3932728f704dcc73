"""Grids: between the engine's memory of one, and the columns of its row and of its levels.

Prices and quantities are stored as such, not in ticks and steps: an exchange may make these finer.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

import msgspec

from trading.engine.amounts import amount_of, decimal_of
from trading.engine.grid.state import GridState
from trading.engine.instrument import Instrument, Rounding
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.state import GapMemory, GridMemory
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.rows.loaded import StoredLevel
from trading.models import Grid

_COLUMNS = ("state", "reason", "cycles", "gaps")
"""What of the memory has columns and rows of its own."""
_LONGEST_REASON = 500
_GRIDS = 4096
"""Of so many grids the lines are kept as they are written: they hardly ever change, and what hangs on them often."""
_NO_BOUNDS = (Decimal(0), Decimal(0))
LEVEL_COLUMNS = (
    "grid_id",
    "id",
    "gap",
    "held",
    "fraction",
    "buys_placed",
    "sells_placed",
    "has_bought",
    "lower_price",
    "upper_price",
    "reason",
)
"""What of a level is read."""


def parameters_of(row: Grid) -> GridParameters:
    """Return a grid's parameters."""
    return msgspec.convert(row.parameters, GridParameters)


def stored_grid_parameters(parameters: GridParameters) -> dict[str, Any]:
    """Return parameters for the column: decimals as text, as JSON has no exact ones."""
    stored: dict[str, Any] = msgspec.to_builtins(parameters)
    return stored


def level_of(columns: Mapping[str, Any], instrument: Instrument) -> StoredLevel:
    """Return a level from its row."""
    gap = GapMemory(
        gap=columns["gap"],
        held=instrument.steps(columns["held"], Rounding.DOWN),
        buys=columns["buys_placed"],
        sells=columns["sells_placed"],
        fraction=amount_of(columns["fraction"]),
        has_bought=columns["has_bought"],
    )
    return StoredLevel(columns["id"], gap, (columns["lower_price"], columns["upper_price"], columns["reason"]))


def memory_of(row: Grid, gaps: Iterable[GapMemory], instrument: Instrument) -> GridMemory:
    """Return the engine's memory of a grid; lines between two ticks, as these are coarser since, go to the nearest."""
    stored = row.memory
    if not stored:
        return GridMemory(state=GridState(row.state), reason=row.reason, cycles=row.cycles, gaps=tuple(gaps))
    read = {
        **stored,
        "state": row.state,
        "reason": row.reason,
        "cycles": row.cycles,
        "gaps": (),
        "lines": [_ticks(price, instrument) for price in stored["lines"]],
        "reference_price": _ticks(stored["reference_price"], instrument),
        "order_steps": instrument.steps(Decimal(stored["order_steps"]), Rounding.DOWN),
        "budget": amount_of(Decimal(stored["budget"])),
        "cash_before": amount_of(Decimal(stored["cash_before"])),
        "unplaced": [level | {"price": _ticks(level["price"], instrument)} for level in stored["unplaced"]],
    }
    return msgspec.structs.replace(msgspec.convert(read, GridMemory), gaps=tuple(gaps))


def grid_columns(row: Grid, driver: GridDriver, memory: GridMemory, instrument: Instrument) -> dict[str, Any]:
    """Return what a grid's row is to say, but for its times."""
    return {
        "parameters": stored_grid_parameters(driver.parameters),
        "investment": row.investment,
        "state": memory.state.value,
        "reason": memory.reason[:_LONGEST_REASON],
        "cycles": memory.cycles,
        "memory": _stored_memory(memory, instrument),
    }


def grid_times(row: Grid, state: GridState, now: datetime) -> dict[str, Any]:
    """Return when a grid that comes to a state has started and ended."""
    is_started = row.started_at is None and state is not GridState.CREATED
    return {
        "started_at": now if is_started else row.started_at,
        "ended_at": (row.ended_at or now) if state.is_over else None,
    }


def level_columns(gap: GapMemory, shown: tuple[Any, ...], instrument: Instrument) -> dict[str, Any]:
    """Return what a level's row is to say."""
    lower_price, upper_price, reason = shown
    return {
        "held": instrument.quantity(gap.held),
        "buys_placed": gap.buys,
        "sells_placed": gap.sells,
        "fraction": decimal_of(gap.fraction),
        "has_bought": gap.has_bought,
        "lower_price": lower_price,
        "upper_price": upper_price,
        "reason": reason,
    }


def shown_levels(memory: GridMemory, instrument: Instrument) -> dict[int, tuple[Any, ...]]:
    """Return of each gap between which prices it lies, and why an order of it is missing.

    A gap above the lines, of which the grid had more before, lies at 0: what counts its orders' names up is kept.
    """
    reasons = {level.gap: level.code for level in reversed(memory.unplaced)}
    bounds = _bounds(memory.lines, instrument.tick_size)
    return {gap.gap: (*bounds.get(gap.gap, _NO_BOUNDS), reasons.get(gap.gap, "")) for gap in memory.gaps}


def _stored_memory(memory: GridMemory, instrument: Instrument) -> dict[str, Any]:
    stored: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(memory, gaps=(), lines=()))
    for column in _COLUMNS:
        del stored[column]
    return stored | {
        "lines": _written_lines(memory.lines, instrument.tick_size),
        "reference_price": _price(memory.reference_price, instrument),
        "order_steps": format(instrument.quantity(memory.order_steps), "f"),
        "budget": format(decimal_of(memory.budget), "f"),
        "cash_before": format(decimal_of(memory.cash_before), "f"),
        "unplaced": [level | {"price": _price(level["price"], instrument)} for level in stored["unplaced"]],
    }


@lru_cache(_GRIDS)
def _bounds(lines: tuple[int, ...], tick_size: Decimal) -> Mapping[int, tuple[Decimal, Decimal]]:
    return dict(enumerate(pairwise(tick_size * line for line in lines)))


@lru_cache(_GRIDS)
def _written_lines(lines: tuple[int, ...], tick_size: Decimal) -> Sequence[str]:
    return tuple(format(tick_size * line, "f") for line in lines)


def _price(ticks: int, instrument: Instrument) -> str:
    return format(instrument.price(ticks), "f")


def _ticks(price: str, instrument: Instrument) -> int:
    return instrument.ticks(Decimal(price), Rounding.NEAREST)

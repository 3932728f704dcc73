"""What is answered of grids: numbers exact, times as the interface writes them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.commands.use_cases import JsonNumber
from streaming.numbers import exact_json, json_number, optional_json_number
from streaming.times import WriteTime, WrittenTime
from trading.engine.amounts import amount_of
from trading.engine.grid.lines import Spacing
from trading.engine.grid.state import GridState
from trading.engine.instrument import Rounding
from trading.engine.live.state import GridChange
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.grids.funds import money_warnings
from trading.grids.planning import PlannedGrid, order_warnings
from trading.live.instance_answers import instance_fields, json_amount
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import Grid


class NetPercent(msgspec.Struct, frozen=True):
    """What a cycle earns after fees, in per cent of what it bought for: of the worst and of the best gap."""

    min: JsonNumber
    max: JsonNumber


class CapitalAnswer(msgspec.Struct, frozen=True):
    """How the investment is used: `base` to buy at the start, `quote` for buy orders, and what is left `unused`."""

    base: JsonNumber
    quote: JsonNumber
    unused: JsonNumber


class WarningAnswer(msgspec.Struct, frozen=True):
    """What may be wrong with a grid: a code for programs, the parameter, a sentence for people."""

    code: str
    field: str
    message: str


class PreviewAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A grid as it would be: its lines, lowest first; `order_size` is of base; `price` is that of now."""

    lines: Sequence[JsonNumber]
    order_size: JsonNumber
    net_percent: NetPercent
    capital: CapitalAnswer
    price: JsonNumber
    warnings: Sequence[WarningAnswer]


class GridStartedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A grid that was started: its id, its state, and how many lines it has."""

    grid_id: str
    status: GridState
    lines: int


class GridStateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A grid, and the state that it is in."""

    grid_id: str
    status: GridState


class GridStoppedAnswer(GridStateAnswer, frozen=True, kw_only=True):
    """A grid that is stopping, and how many of its orders were cancelled."""

    orders_cancelled: int


class GridUpdatedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a change did: of each parameter what was and what is, and whether the lines were drawn anew."""

    grid_id: str
    updated: Mapping[str, Sequence[Any]]
    rebuilt: bool


class LevelAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A gap between two lines: what it holds, how many orders it had, and why one is missing (null: none is)."""

    level: int
    lower_price: JsonNumber
    upper_price: JsonNumber
    held: JsonNumber
    buys: int
    sells: int
    reason: str | None


class GridParametersAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How a grid was set up."""

    lower_price: JsonNumber
    upper_price: JsonNumber
    grid_count: int
    spacing: Spacing
    investment: JsonNumber | None
    order_size: JsonNumber | None
    fee_rate: JsonNumber
    trigger_price: JsonNumber | None
    stop_loss: JsonNumber | None
    take_profit: JsonNumber | None


class GridAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A grid as it stands; money in its quote asset.

    `invested` is what was moved in. What depends on the price (`unrealized_pnl`, `equity`) is null where no price is
    known; `levels` are told of a single grid only.
    """

    id: str
    account: str
    symbol: str
    state: GridState
    reason: str | None
    parameters: GridParametersAnswer
    invested: JsonNumber
    current_price: JsonNumber | None
    position: JsonNumber
    active_buy_orders: int
    active_sell_orders: int
    realized_pnl: JsonNumber
    unrealized_pnl: JsonNumber | None
    equity: JsonNumber | None
    fees: JsonNumber
    cycles: int
    levels: Sequence[LevelAnswer] | None
    created: WrittenTime
    started: WrittenTime | None
    ended: WrittenTime | None


class GridsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some grids, and how many there are in all."""

    items: Sequence[GridAnswer]
    total: int


def preview_answer(planned: PlannedGrid, price: Decimal, *, free: Decimal, open_orders: int) -> PreviewAnswer:
    """Return what a grid would be; `free` is of its quote asset, in the account that it would be paid from.

    `open_orders` of its symbol count for that account.
    """
    preview, instrument = planned.preview, planned.instrument
    warnings = (*preview.warnings, *money_warnings(planned, amount_of(free)), *order_warnings(planned, open_orders))
    return PreviewAnswer(
        lines=[json_number(instrument.price(line)) for line in preview.lines],
        order_size=json_number(instrument.quantity(preview.order_steps)),
        net_percent=NetPercent(_percent(preview.lowest_net), _percent(preview.highest_net)),
        capital=CapitalAnswer(json_amount(preview.base), json_amount(preview.quote), json_amount(preview.unused)),
        price=json_number(price),
        warnings=[WarningAnswer(one.code.value, one.field, one.message) for one in warnings],
    )


def started_answer(grid: Grid) -> GridStartedAnswer:
    """Return the short answer."""
    lines = int(grid.parameters["grid_count"]) + 1
    return GridStartedAnswer(grid_id=grid.pk, status=GridState(grid.state), lines=lines)


def state_answer(grid: Grid) -> GridStateAnswer:
    """Return the shortest answer."""
    return GridStateAnswer(grid_id=grid.pk, status=GridState(grid.state))


def updated_answer(grid: Grid, change: GridChange) -> GridUpdatedAnswer:
    """Return what a change did."""
    updated = {name: [exact_json(before), exact_json(after)] for name, (before, after) in change.updated.items()}
    return GridUpdatedAnswer(grid_id=grid.pk, updated=updated, rebuilt=change.rebuilt)


def grid_answer(
    loaded: LoadedSubAccount, price: Decimal | None, write_time: WriteTime, *, with_levels: bool = False
) -> GridAnswer:
    """Return the one JSON of a grid, which `loaded` is of."""
    row, driver = loaded.grid_row, loaded.grid
    if row is None or driver is None:
        raise TypeError("not a grid's sub-account")
    instrument = loaded.instruments[row.symbol]
    ticks = 0 if price is None else instrument.ticks(price, Rounding.NEAREST)
    figures = driver.figures(ticks)
    return GridAnswer(
        **instance_fields(row, figures, price, write_time),
        state=driver.state,
        parameters=_parameters(driver.parameters, row.fee_rate),
        cycles=figures.cycles,
        levels=_levels(row) if with_levels else None,
    )


def _levels(row: Grid) -> Sequence[LevelAnswer]:
    return [
        LevelAnswer(
            level=level.gap,
            lower_price=json_number(level.lower_price),
            upper_price=json_number(level.upper_price),
            held=json_number(level.held),
            buys=level.buys_placed,
            sells=level.sells_placed,
            reason=level.reason or None,
        )
        for level in row.levels.filter(upper_price__gt=0).order_by("gap")
    ]


def _parameters(parameters: GridParameters, fee_rate: Decimal) -> GridParametersAnswer:
    return GridParametersAnswer(
        lower_price=json_number(parameters.lower_price),
        upper_price=json_number(parameters.upper_price),
        grid_count=parameters.grid_count,
        spacing=parameters.spacing,
        investment=optional_json_number(parameters.investment),
        order_size=optional_json_number(parameters.order_size),
        fee_rate=json_number(fee_rate),
        trigger_price=optional_json_number(parameters.trigger_price),
        stop_loss=optional_json_number(parameters.stop_loss),
        take_profit=optional_json_number(parameters.take_profit),
    )


def _percent(value: Decimal) -> JsonNumber:
    return json_number(round(value, 4))

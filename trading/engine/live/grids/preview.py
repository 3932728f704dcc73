"""What a grid would be at a price: its lines, its orders' size, what a cycle earns, and what is doubtful about it."""

from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

import msgspec

from trading.engine.amounts import ONE, amount_of, decimal_of
from trading.engine.fees import FeeSchedule
from trading.engine.grid.capital import GridCapital, break_even_spacing, capital_for, net_percent, split_of
from trading.engine.grid.lines import nearest_line
from trading.engine.instrument import Instrument, Rounding
from trading.engine.orders.filters import least_refusal, most_refusal
from trading.engine.orders.refusal import RefusalCode
from trading.engine.strategies.shipped.grid_parameters import GridParameters

_MOSTLY_UNUSED = Decimal("0.1")


class GridWarningCode(StrEnum):
    """What is doubtful about a grid.

    With the first four it can only lose, or has levels without orders; with `END_REACHED` it would sell at once what
    it buys; with the last its account lacks the money.
    """

    TOO_TIGHT = "TOO_TIGHT"
    MAXIMUM_ORDERS = "MAXIMUM_ORDERS"
    UNDER_MINIMUM = "UNDER_MINIMUM"
    OVER_MAXIMUM = "OVER_MAXIMUM"
    END_REACHED = "END_REACHED"
    PRICE_OUTSIDE = "PRICE_OUTSIDE"
    UNUSED = "UNUSED"
    INSUFFICIENT_BALANCE = RefusalCode.INSUFFICIENT_BALANCE.value


class GridWarning(msgspec.Struct, frozen=True):
    """A doubt: its code, the parameter that it is about, and a sentence for people."""

    code: GridWarningCode
    field: str
    message: str


class GridPreview(msgspec.Struct, frozen=True, kw_only=True):
    """A grid as it would be: `lines` in ticks, orders of `order_steps`; amounts as `GridCapital` has them.

    `lowest_net` and `highest_net` are what a cycle of the worst and of the best gap earns after fees, in per cent.
    """

    lines: tuple[int, ...]
    order_steps: int
    lowest_net: Decimal
    highest_net: Decimal
    base: int
    base_cost: int
    quote: int
    unused: int
    warnings: tuple[GridWarning, ...]


def grid_preview(parameters: GridParameters, *, instrument: Instrument, fees: FeeSchedule, price: int) -> GridPreview:
    """Return the grid as it would begin at `price` (ticks), with an investment or an order size.

    Raise `GridLinesError` where the lines can't be drawn.
    """
    lines = parameters.lines(instrument)
    capital = _capital(parameters, lines, instrument, fees, price)
    nets = [net_percent(low, high, fees.maker) for low, high in pairwise(lines)]
    doubts = (
        _too_tight(parameters, min(nets), fees),
        _too_many(parameters, instrument),
        _under_minimum(parameters, lines, capital, instrument),
        _over_maximum(parameters, capital, instrument),
        _end_reached(parameters, instrument, price),
        _outside(lines, instrument, price),
        _unused(parameters, capital, instrument),
    )
    return GridPreview(
        lines=lines,
        order_steps=capital.order_steps,
        lowest_net=min(nets),
        highest_net=max(nets),
        base=capital.base,
        base_cost=capital.base_cost,
        quote=capital.quote,
        unused=capital.unused,
        warnings=tuple(doubt for doubt in doubts if doubt is not None),
    )


def _capital(
    parameters: GridParameters, lines: tuple[int, ...], instrument: Instrument, fees: FeeSchedule, price: int
) -> GridCapital:
    empty = nearest_line(lines, price)
    if parameters.order_size is None:
        investment = amount_of(parameters.investment or Decimal(0))
        return capital_for(instrument, lines, empty=empty, price=price, investment=investment, fees=fees)
    steps = instrument.steps(parameters.order_size, Rounding.DOWN)
    needed = split_of(instrument, lines, empty=empty, price=price, order_steps=steps, investment=0, fees=fees)
    return split_of(
        instrument, lines, empty=empty, price=price, order_steps=steps, investment=-needed.unused, fees=fees
    )


def _too_tight(parameters: GridParameters, lowest: Decimal, fees: FeeSchedule) -> GridWarning | None:
    if lowest > 0:
        return None
    apart, loss = format(break_even_spacing(fees.maker) * 100, ".4f"), format(-lowest, ".4f")
    told = f"a cycle would lose {loss} % to fees" if lowest < 0 else "a cycle would earn nothing after fees"
    message = f"grid_count is too large: {told}; lines must be over {apart} % apart"
    return GridWarning(GridWarningCode.TOO_TIGHT, "grid_count", message)


def _too_many(parameters: GridParameters, instrument: Instrument) -> GridWarning | None:
    most = instrument.maximum_orders
    if most is None or parameters.grid_count <= most:
        return None
    message = f"grid_count is too large: {instrument.symbol} allows {most} open orders, one for each gap"
    return GridWarning(GridWarningCode.MAXIMUM_ORDERS, "grid_count", message)


def _under_minimum(
    parameters: GridParameters, lines: tuple[int, ...], capital: GridCapital, instrument: Instrument
) -> GridWarning | None:
    field, steps = _size_field(parameters), capital.order_steps
    refusal = least_refusal(instrument, steps, instrument.notional(lines[0], steps), subject="orders would be")
    if refusal is None:
        return None
    return GridWarning(GridWarningCode.UNDER_MINIMUM, field, f"{field} is too small: {refusal.message}")


def _over_maximum(parameters: GridParameters, capital: GridCapital, instrument: Instrument) -> GridWarning | None:
    field = _size_field(parameters)
    refusal = most_refusal(instrument, capital.order_steps, subject="orders would be")
    if refusal is None:
        return None
    return GridWarning(GridWarningCode.OVER_MAXIMUM, field, f"{field} is too large: {refusal.message}")


def _size_field(parameters: GridParameters) -> str:
    return "investment" if parameters.order_size is None else "order_size"


def _end_reached(parameters: GridParameters, instrument: Instrument, price: int) -> GridWarning | None:
    loss, profit, shown = parameters.stop_loss, parameters.take_profit, instrument.price(price)
    where = f"the price of now, {shown}" if parameters.trigger_price is None else f"trigger_price, {shown}"
    if loss is not None and loss >= shown:
        message = f"stop_loss must be smaller than {where}"
        return GridWarning(GridWarningCode.END_REACHED, "stop_loss", message)
    if profit is not None and profit <= shown:
        message = f"take_profit must be greater than {where}"
        return GridWarning(GridWarningCode.END_REACHED, "take_profit", message)
    return None


def _outside(lines: tuple[int, ...], instrument: Instrument, price: int) -> GridWarning | None:
    if lines[0] <= price <= lines[-1]:
        return None
    side, does = ("below", "sells nothing") if price < lines[0] else ("above", "buys nothing")
    field = "lower_price" if price < lines[0] else "upper_price"
    shown = instrument.price(price)
    message = f"the price {shown} is {side} the grid, which {does} until the price is between its lines"
    return GridWarning(GridWarningCode.PRICE_OUTSIDE, field, message)


def _unused(parameters: GridParameters, capital: GridCapital, instrument: Instrument) -> GridWarning | None:
    if parameters.investment is None or capital.unused <= _MOSTLY_UNUSED * amount_of(parameters.investment):
        return None
    message = f"{_shown(capital.unused)} {instrument.quote} of the investment would not be used"
    return GridWarning(GridWarningCode.UNUSED, "investment", message)


def _shown(amount: int) -> str:
    """Return an amount with at most eight decimals."""
    value = decimal_of(amount * 10**8 // ONE * ONE // 10**8)
    return format(value, "f")

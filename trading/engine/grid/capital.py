"""What a grid costs and earns: the quantity that an investment allows, how it is split, and the profit of a cycle."""

from dataclasses import dataclass
from decimal import Context, Decimal

from trading.engine.fees import FeeSchedule, Liquidity
from trading.engine.grid.lines import nearest_line
from trading.engine.instrument import Instrument, Rounding

_PRECISE = Context(prec=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCapital:
    """How an investment is used: `order_steps` for each line; amounts of base to buy at the start and what that costs,
    of quote that buy orders set aside, and of quote that is left over.
    """

    order_steps: int
    base: int
    base_cost: int
    quote: int
    unused: int


def capital_for(
    instrument: Instrument, lines: tuple[int, ...], *, empty: int, price: int, investment: int, fees: FeeSchedule
) -> GridCapital:
    """Return how an investment (an amount of quote) is split at a price, with the line at `empty` left without order.

    Above it each line sells what is bought at the start as a taker, below it each line buys as a maker:
    q = I / (N_sell p (1 + f_taker) + sum of p_i (1 + f_maker)), rounded down to a step.
    """
    one = split_of(instrument, lines, empty=empty, price=price, order_steps=1, investment=0, fees=fees)
    steps = investment // (one.base_cost + one.quote)
    return split_of(instrument, lines, empty=empty, price=price, order_steps=steps, investment=investment, fees=fees)


def capital_at(
    instrument: Instrument,
    lines: tuple[int, ...],
    *,
    price: int,
    budget: int,
    order_size: Decimal | None,
    fees: FeeSchedule,
) -> GridCapital:
    """Return how a budget is used at a price, for orders of `order_size` (of base) or, without one, as large as it
    allows; the line nearest to the price is left empty.
    """
    empty = nearest_line(lines, price)
    if order_size is None:
        return capital_for(instrument, lines, empty=empty, price=price, investment=budget, fees=fees)
    steps = instrument.steps(order_size, Rounding.DOWN)
    return split_of(instrument, lines, empty=empty, price=price, order_steps=steps, investment=budget, fees=fees)


def split_of(
    instrument: Instrument,
    lines: tuple[int, ...],
    *,
    empty: int,
    price: int,
    order_steps: int,
    investment: int,
    fees: FeeSchedule,
) -> GridCapital:
    """Return what orders of so many steps need; `unused` is below zero where the investment doesn't suffice."""
    base_steps = order_steps * (len(lines) - 1 - empty)
    bought = instrument.notional(price, base_steps)
    base_cost = bought + fees.fee(bought, Liquidity.TAKER)
    below = [instrument.notional(line, order_steps) for line in lines[:empty]]
    quote = sum(notional + fees.fee(notional, Liquidity.MAKER) for notional in below)
    return GridCapital(
        order_steps=order_steps,
        base=base_steps * instrument.quantity_unit,
        base_cost=base_cost,
        quote=quote,
        unused=investment - base_cost - quote,
    )


def net_percent(bought: int, sold: int, fee_rate: Decimal) -> Decimal:
    """Return what a cycle bought at one price and sold at another earns, in per cent of the lower one, after fees.

    100 [s (1 - f) - b (1 + f)] / b

    >>> round(net_percent(90000, 91000, Decimal("0.001")), 4)
    Decimal('0.9100')
    """
    earned = sold * (1 - fee_rate) - bought * (1 + fee_rate)
    return _PRECISE.divide(100 * earned, Decimal(bought))


def break_even_spacing(fee_rate: Decimal) -> Decimal:
    """Return by what part of the lower price two lines must differ for a cycle to earn nothing: 2f / (1 - f)."""
    return _PRECISE.divide(2 * fee_rate, 1 - fee_rate)

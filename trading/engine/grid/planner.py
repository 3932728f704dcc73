"""Which orders of a grid should exist now: what is started, filled, restarted or recovered goes through this.

A grid of n gaps holds, in each gap, what was bought at its lower line and is to be sold at its upper one: from nothing
to the order's size. What a gap lacks is bought at the lower line, what it holds is sold at the upper one. So, while
nothing is partly filled, there are exactly n orders, and the line between those that buy and those that sell is empty.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from streaming.events import Side
from trading.engine.instrument import Instrument

OrderPlace = tuple[int, Side]
"""A gap, and whether it is bought or sold there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A grid that trades: `lines` in ticks, lowest first; orders of `order_steps`; `name` begins its orders' names.

    Fees in base leave a gap with less than was bought for it: up to `fee_steps` that it lacks are not bought again.
    """

    name: str
    instrument: Instrument
    lines: tuple[int, ...]
    order_steps: int
    fee_steps: int = 0

    @property
    def gaps(self) -> range:
        """The gaps between the lines, lowest first."""
        return range(len(self.lines) - 1)

    def price(self, gap: int, side: Side) -> int:
        """Return where a gap is bought or sold."""
        return self.lines[gap] if side is Side.BUY else self.lines[gap + 1]

    def level(self, gap: int, side: Side) -> int:
        """Return the number of the line at which a gap is bought or sold."""
        return gap if side is Side.BUY else gap + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GridOrder:
    """An order that a grid wants: price in ticks, quantity in steps."""

    client_order_id: str
    gap: int
    side: Side
    price: int
    quantity: int


@dataclass(slots=True, kw_only=True)
class GapHoldings:
    """What each gap holds, in steps, and how many orders were ever placed for each gap and side."""

    held: dict[int, int] = field(default_factory=dict)
    placed: Counter[OrderPlace] = field(default_factory=Counter)

    def fill(self, gap: int, side: Side, steps: int) -> None:
        """Note that a gap bought or sold so many steps."""
        self.held[gap] = self.held.get(gap, 0) + (steps if side is Side.BUY else -steps)


def holdings_at_start(grid: Grid, empty: int) -> GapHoldings:
    """Return what the gaps hold once everything above the empty line was bought."""
    return GapHoldings(held={gap: grid.order_steps if gap >= empty else 0 for gap in grid.gaps})


def missing_orders(
    grid: Grid, holdings: GapHoldings, resting: Mapping[OrderPlace, int], *, gaps: Iterable[int] | None = None
) -> tuple[tuple[GridOrder, ...], tuple[OrderPlace, ...]]:
    """Return the orders that should exist and don't, and where too little is missing for an order, which waits.

    `resting` is how many steps of open orders each gap and side has. Names count the orders of a gap and side, so that
    the same holdings give the same names: placing one again changes nothing. Of a grid that was complete it is enough
    to ask for the `gaps` that have changed since.
    """
    wanted, waiting = [], []
    for gap in grid.gaps if gaps is None else gaps:
        for side in Side:
            missing = wanted_quantity(grid, holdings, gap, side) - resting.get((gap, side), 0)
            if missing <= 0:
                continue
            if grid.instrument.clears_minimum(grid.price(gap, side), missing):
                wanted.append(_order(grid, holdings, gap, side, missing))
            else:
                waiting.append((gap, side))
    return tuple(wanted), tuple(waiting)


def surplus_orders(grid: Grid, holdings: GapHoldings, resting: Mapping[OrderPlace, int]) -> tuple[OrderPlace, ...]:
    """Return where more rests than should: its orders are to be cancelled, and what is missing then placed anew."""
    return tuple(
        (gap, side)
        for (gap, side), steps in sorted(resting.items())
        if steps > wanted_quantity(grid, holdings, gap, side)
    )


def wanted_quantity(grid: Grid, holdings: GapHoldings, gap: int, side: Side) -> int:
    """Return for how many steps orders of a gap and side should exist."""
    if gap not in grid.gaps:
        return 0
    held = holdings.held.get(gap, 0)
    if side is Side.SELL:
        return held
    lacking = grid.order_steps - held
    return lacking if lacking > grid.fee_steps else 0


def _order(grid: Grid, holdings: GapHoldings, gap: int, side: Side, quantity: int) -> GridOrder:
    number = holdings.placed[gap, side] + 1
    return GridOrder(
        client_order_id=f"{grid.name}-{gap}-{side}-{number}",
        gap=gap,
        side=side,
        price=grid.price(gap, side),
        quantity=quantity,
    )

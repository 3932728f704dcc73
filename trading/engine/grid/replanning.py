"""A grid planned anew on other lines, or after a fault, with what is there: nothing is sold for it.

What is held goes to the gaps above the price, the highest first, each up to the size of an order: there it is sold one
line higher than the price. What these gaps still lack is bought at their lower line, that is at once, but for the
lowest of them, whose lower line may be under the price: it is whole or empty, for which the orders are made a little
smaller where that suffices. What is held beyond what the gaps take stays in none, until the grid is planned anew or
ends.
"""

from collections.abc import Callable
from dataclasses import dataclass

from trading.engine.fees import FeeSchedule
from trading.engine.grid.lines import nearest_line
from trading.engine.instrument import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """The line left `empty`, the size of each order, what each gap holds (both in steps), and what that costs: the most
    quote that the orders of the gaps that lack something set aside.
    """

    empty: int
    order_steps: int
    held: dict[int, int]
    cost: int


def replanned(
    instrument: Instrument,
    lines: tuple[int, ...],
    *,
    price: int,
    held_steps: int,
    quote: int,
    fees: FeeSchedule,
    order_steps: int | None = None,
) -> Replanned:
    """Return how a grid that holds so many steps, and `quote` (an amount), goes on at a price in ticks.

    Orders are of `order_steps`, or as large as the quote allows: 0 where it allows none. Where the size is given the
    quote isn't looked at: `cost` then may be more.
    """
    empty = nearest_line(lines, price)

    def plan(steps: int) -> Replanned:
        held = _spread(range(len(lines) - 1), empty, held_steps, steps)
        lacking = [(lines[gap], steps - held[gap]) for gap in held]
        cost = sum(fees.with_fee(instrument.notional(line, missing)) for line, missing in lacking if missing)
        return Replanned(empty=empty, order_steps=steps, held=held, cost=cost)

    if order_steps is not None:
        return plan(order_steps)
    most = held_steps + quote // instrument.notional(lines[0], 1)
    largest = _largest(lambda steps: plan(steps).cost <= quote, most=most)
    selling = len(lines) - 1 - empty
    if largest * (selling - 1) < held_steps < largest * selling:
        whole = held_steps // selling
        return plan(whole if 2 * whole >= largest else largest)
    return plan(largest)


def _spread(gaps: range, empty: int, held_steps: int, order_steps: int) -> dict[int, int]:
    """Return what each gap holds: those above the empty line, from the top; the lowest of them all or nothing."""
    held, left = dict.fromkeys(gaps, 0), held_steps
    for gap in reversed(gaps):
        if gap < empty:
            break
        held[gap] = min(order_steps, left)
        left -= held[gap]
    if held.get(empty, 0) < order_steps:
        held[empty] = 0
    return held


def _largest(fits: Callable[[int], bool], *, most: int) -> int:
    """Return the largest number up to `most` that fits, where none fits above one that doesn't; 0 counts as fitting."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle) else (least, middle - 1)
    return least

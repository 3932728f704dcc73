"""What a grid remembers: its core from it, and it from its core."""

from streaming.events import Side
from trading.engine.grid.planner import GapHoldings, OrderPlace
from trading.engine.instrument import Instrument
from trading.engine.live.grids.orders import SubAccountOrders
from trading.engine.live.state import GapMemory, GridMemory, UnplacedLevel
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.orders.filters import least_order
from trading.engine.strategies.shipped.grid_core import GridCore, LevelReason
from trading.engine.strategies.shipped.grid_parameters import GridParameters

WAITS_FOR_MINIMUM = "WAITS_FOR_MINIMUM"
"""The code of a level at which too little was filled as yet for an order of its own."""


def restored_core(
    memory: GridMemory,
    sub_account: PaperSubAccount,
    *,
    name: str,
    parameters: GridParameters,
    instrument: Instrument,
    orders: SubAccountOrders,
) -> GridCore:
    """Return a grid's core as it was left; its open orders are known by their names."""
    core = GridCore(name, parameters, instrument, orders)
    core.lines = memory.lines or core.lines
    core.empty, core.opening = memory.empty, memory.opening
    core.budget, core.cash_before = memory.budget, memory.cash_before
    if memory.order_steps:
        core.set_grid(memory.order_steps)
    core.holdings = _holdings(memory)
    core.fractions = {gap.gap: gap.fraction for gap in memory.gaps if gap.fraction}
    for _, order in sub_account.open_orders:
        place = place_of(name, order.request.client_order_id)
        if place is not None:
            core.places[order.request.client_order_id] = place
            core.resting[place] += order.remaining
    for level in memory.unplaced:
        place = (level.gap, level.side)
        if level.code == WAITS_FOR_MINIMUM:
            core.waiting.add(place)
        else:
            core.refused[place] = LevelReason(level.code, level.message)
    return core


def place_of(name: str, client_order_id: str) -> OrderPlace | None:
    """Return gap and side of a grid's order by its name; None for one that opens or closes, or isn't the grid's.

    >>> place_of("grid_a", "grid_a-3-sell-12")
    (3, <Side.SELL: 'sell'>)
    """
    match client_order_id.removeprefix(f"{name}-").split("-"):
        case [gap, side, _] if gap.isdigit():
            return int(gap), Side(side)
        case _:
            return None


def gaps_of(core: GridCore, bought: set[int]) -> tuple[GapMemory, ...]:
    """Return what a core knows of its gaps, the lowest first."""
    held, placed = core.holdings.held, core.holdings.placed
    gaps = sorted({*held, *(gap for gap, _ in placed), *core.fractions})
    return tuple(
        GapMemory(
            gap=gap,
            held=held.get(gap, 0),
            buys=placed[gap, Side.BUY],
            sells=placed[gap, Side.SELL],
            fraction=core.fractions.get(gap, 0),
            has_bought=gap in bought,
        )
        for gap in gaps
    )


def unplaced_levels(core: GridCore) -> tuple[UnplacedLevel, ...]:
    """Return the levels that a core wants orders at and has none, or too little, the lowest gap first."""
    reasons = {**{place: _waits(core) for place in core.waiting}, **core.refused}
    return tuple(unplaced_level(core, place, reasons[place]) for place in sorted(reasons))


def unplaced_level(core: GridCore, place: OrderPlace, reason: LevelReason) -> UnplacedLevel:
    """Return the level of a gap and side, with why it isn't placed."""
    gap, side = place
    level = gap if side is Side.BUY else gap + 1
    price = core.lines[level] if level < len(core.lines) else 0
    return UnplacedLevel(gap=gap, side=side, level=level, price=price, code=reason.code, message=reason.message)


def _waits(core: GridCore) -> LevelReason:
    least = least_order(core.instrument, worth="worth ")
    return LevelReason(WAITS_FOR_MINIMUM, f"what was filled here waits until it is {least}")


def _holdings(memory: GridMemory) -> GapHoldings:
    holdings = GapHoldings(held={gap.gap: gap.held for gap in memory.gaps})
    for gap in memory.gaps:
        for side, placed in ((Side.BUY, gap.buys), (Side.SELL, gap.sells)):
            if placed:
                holdings.placed[gap.gap, side] = placed
    return holdings

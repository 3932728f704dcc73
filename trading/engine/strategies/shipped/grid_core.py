"""What a grid does, whoever drives it, by candles or by trades: how it begins, what an execution leaves to be placed,
and when it ends. Prices in ticks, quantities in steps, amounts in 10⁻²⁴.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

import msgspec

from streaming.events import Side
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.fees import FeeAsset, FeeSchedule
from trading.engine.grid.capital import GridCapital, capital_at
from trading.engine.grid.lines import nearest_line
from trading.engine.grid.planner import GapHoldings, Grid, GridOrder, OrderPlace, holdings_at_start, missing_orders
from trading.engine.instrument import Instrument, Rounding
from trading.engine.orders.filters import least_order, most_refusal
from trading.engine.orders.refusal import Refusal
from trading.engine.risk.gate import RiskRefusal
from trading.engine.strategies.errors import CannotTradeError
from trading.engine.strategies.shipped.grid_parameters import GridParameters

AnyRefusal = Refusal | RiskRefusal


class LevelReason(msgspec.Struct, frozen=True):
    """Why a level of a grid isn't placed: `code` of the exchange's or the risk gate's refusal."""

    code: str
    message: str


class GridOrders(Protocol):
    """What a grid orders by: one instrument, one account."""

    @property
    def fees(self) -> FeeSchedule:
        """The fees that are charged."""
        ...

    @property
    def cash(self) -> int:
        """What is free of quote, an amount."""
        ...

    @property
    def position(self) -> int:
        """What is held of base, an amount."""
        ...

    def open_position(self, *, quote_amount: int = 0, quantity: int = 0) -> str:
        """Buy at the market for an amount of quote, or so many steps; return the order's name."""
        ...

    def forbids(self, order: GridOrder) -> AnyRefusal | None:
        """Return what would refuse an order, where it is known before it is sent."""
        ...

    def place(self, order: GridOrder) -> AnyRefusal | None:
        """Place a limit order; return why it was refused."""
        ...


class GridCore:
    """The orders of one grid; `name` begins their names. It runs once it has a `grid`.

    `budget` and `cash_before` are amounts of quote of the start, `empty` is the line nearest to the price then;
    `opening` names the order that buys at the start. `places` are gap and side of each open order by its name,
    `resting` how many steps rest there. `refused` and `waiting` are the orders that are wanted and don't rest: why the
    first weren't taken; the others are too small yet.
    """

    def __init__(self, name: str, parameters: GridParameters, instrument: Instrument, orders: GridOrders) -> None:
        self.name = name
        self.parameters = parameters
        self.instrument = instrument
        self.lines = parameters.lines(instrument)
        self.empty = 0
        self.budget = self.cash_before = 0
        self.opening = ""
        self.grid: Grid | None = None
        self.holdings = GapHoldings()
        self.resting: Counter[OrderPlace] = Counter()
        self.places: dict[str, OrderPlace] = {}
        self.fractions: dict[int, int] = {}
        self.refused: dict[OrderPlace, LevelReason] = {}
        self.waiting: set[OrderPlace] = set()
        self._orders = orders

    @property
    def has_begun(self) -> bool:
        """Whether it has bought what it begins with, or is buying it: its trigger counts no more then.

        One that began with what was held already has a grid, and no budget.
        """
        return self.grid is not None or bool(self.budget)

    def begin(self, price: int) -> bool:
        """Buy what the lines above the price are to sell; return whether there is anything to buy.

        Raise `CannotTradeError` where there is too little for it.
        """
        self.empty = nearest_line(self.lines, price)
        self.cash_before = self._orders.cash
        self.budget = _budget(self.parameters, self.cash_before)
        capital = self._capital(self.parameters, self.lines, price=price, budget=self.budget)
        if not capital.base:
            return False
        if self.parameters.order_size is None:
            self.opening = self._orders.open_position(quote_amount=capital.base_cost)
        else:
            self.opening = self._orders.open_position(quantity=capital.base // self.instrument.quantity_unit)
        return True

    def check(self, parameters: GridParameters, lines: tuple[int, ...], price: int, *, returned: int = 0) -> None:
        """Raise `CannotTradeError` where what is free, less `returned`, is too little to begin so at a price."""
        self._capital(parameters, lines, price=price, budget=_budget(parameters, self._orders.cash - returned))

    def run(self, bought: int) -> None:
        """Place all orders, of the size that what was bought (in steps) and what is left allow."""
        steps = self._affordable_steps(bought)
        check_order_size(self.instrument, self.lines, steps)
        self.set_grid(steps)
        assert self.grid is not None  # noqa: S101 - it was just set
        self.holdings.held = holdings_at_start(self.grid, self.empty).held
        self.place()

    def set_grid(self, order_steps: int) -> None:
        """Let orders be of so many steps, on the lines as they are."""
        self.grid = Grid(
            name=self.name,
            instrument=self.instrument,
            lines=self.lines,
            order_steps=order_steps,
            fee_steps=self._fee_steps(order_steps),
        )

    def fill(self, name: str, steps: int, *, fee_in_base: int, is_open: bool) -> int:
        """Note an execution of one of its orders: the fee is what of the bought base it took; return the gap."""
        place = self.places[name]
        self.holdings.fill(*place, self._whole_steps(place, steps, fee_in_base))
        self.resting[place] -= steps
        if not is_open:
            del self.places[name]
        return place[0]

    def end(self, name: str, remaining: int) -> int:
        """Note that one of its orders has ended with so many steps unfilled; return the gap."""
        place = self.places.pop(name)
        self.resting[place] -= remaining
        return place[0]

    def place(self, gaps: Iterable[int] | None = None) -> None:
        """Place what is missing: in all gaps, or in those that have changed and where orders were refused."""
        assert self.grid is not None  # noqa: S101 - it runs
        looked_at = list(self.grid.gaps) if gaps is None else sorted({*gaps, *(gap for gap, _ in self.refused)})
        self.refused = {place: why for place, why in self.refused.items() if place[0] not in looked_at}
        self.waiting = {place for place in self.waiting if place[0] not in looked_at}
        missing, waiting = missing_orders(self.grid, self.holdings, self.resting, gaps=looked_at)
        self.waiting.update(waiting)
        for order in missing:
            self._place(order)

    def reason_to_end(self, low: int, high: int) -> str:
        """Return why it should end where the market has gone from one price to the other; empty where it shouldn't."""
        loss, profit = self.parameters.stop_loss, self.parameters.take_profit
        if loss is not None and low <= self.instrument.ticks(loss, Rounding.DOWN):
            return "the price is at the stop loss"
        if profit is not None and high >= self.instrument.ticks(profit, Rounding.UP):
            return "the price is at the take profit"
        return ""

    def _place(self, order: GridOrder) -> None:
        place = (order.gap, order.side)
        refusal = self._orders.forbids(order)
        if refusal is None:
            self.holdings.placed[place] += 1
            self.resting[place] += order.quantity
            self.places[order.client_order_id] = place
            refusal = self._orders.place(order)
            if refusal is not None:
                self.resting[place] -= order.quantity
                del self.places[order.client_order_id]
        if refusal is not None:
            self.refused[place] = LevelReason(str(refusal.code), refusal.message)

    def _capital(self, parameters: GridParameters, lines: tuple[int, ...], *, price: int, budget: int) -> GridCapital:
        """Return how a budget is used; raise `CannotTradeError` where it is too little."""
        capital = capital_at(
            self.instrument, lines, price=price, budget=budget, order_size=parameters.order_size, fees=self._orders.fees
        )
        check_order_size(self.instrument, lines, capital.order_steps)
        if capital.unused < 0:
            missing = f"{decimal_of(-capital.unused):f} {self.instrument.quote}"
            raise CannotTradeError(f"order_size is too large: {missing} more would be needed")
        return capital

    def _affordable_steps(self, bought: int) -> int:
        if self.parameters.order_size is not None:
            return self.instrument.steps(self.parameters.order_size, Rounding.DOWN)
        left = self.budget - (self.cash_before - self._orders.cash)
        fees = self._orders.fees
        below = sum(fees.with_fee(self.instrument.notional(line, 1)) for line in self.lines[: self.empty])
        sizes = [left // below] if below else []
        if self.opening:
            held = min(bought, self._orders.position // self.instrument.quantity_unit)
            sizes.append(held // (len(self.lines) - 1 - self.empty))
        return min(sizes)

    def _fee_steps(self, steps: int) -> int:
        """Return how many steps a fee takes of what is bought for a gap: none where it is paid in quote."""
        fees, unit = self._orders.fees, self.instrument.quantity_unit
        if fees.charged_in is not FeeAsset.RECEIVED:
            return 0
        return -(-(fees.with_fee(steps * unit) - steps * unit) // unit)

    def _whole_steps(self, place: OrderPlace, steps: int, fee_in_base: int) -> int:
        """Return how many whole steps came in or went out: a fee in base leaves less of what was bought."""
        gap, side = place
        if side is Side.SELL or not fee_in_base:
            return steps
        received = steps * self.instrument.quantity_unit - fee_in_base + self.fractions.get(gap, 0)
        whole, self.fractions[gap] = divmod(received, self.instrument.quantity_unit)
        return whole


def check_order_size(instrument: Instrument, lines: tuple[int, ...], order_steps: int) -> None:
    """Raise `CannotTradeError` where orders of so many steps would be none, or too small or large for the exchange."""
    needed = _needed_size(instrument, lines[0], order_steps)
    if needed:
        size = f"{instrument.quantity(order_steps):f} {instrument.base}"
        raise CannotTradeError(f"the grid's orders would be of {size}, and must be of {needed} each")


def _needed_size(instrument: Instrument, lowest: int, order_steps: int) -> str:
    """Return of what size orders must be where they aren't; empty where they are."""
    if not order_steps:
        return "at least a step"
    if not instrument.clears_minimum(lowest, order_steps):
        return f"at least {least_order(instrument)}"
    return (
        ""
        if most_refusal(instrument, order_steps) is None
        else f"at most {instrument.maximum_quantity:f} {instrument.base}"
    )


def _budget(parameters: GridParameters, cash: int) -> int:
    """Return what a grid begins with: the investment, as far as it is there; without one all that is free."""
    return cash if parameters.investment is None else min(cash, amount_of(parameters.investment))

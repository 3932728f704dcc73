"""A grid on a live market at work: what happened to its orders is heard, and what is then missing is placed.

Between two calls of `work` nothing happens by itself; what a grid is told to do is in `driver.py`.
"""

from collections import deque
from collections.abc import Collection

from msgspec.structs import replace

from streaming.events import Side
from trading.engine.grid.planner import Grid, GridOrder, OrderPlace, missing_orders, surplus_orders, wanted_quantity
from trading.engine.grid.replanning import Replanned
from trading.engine.grid.state import GRID_STEPS, GridState, GridStep, PauseReason
from trading.engine.instrument import Instrument
from trading.engine.live.grids.changing import plan_anew
from trading.engine.live.grids.memory import restored_core, unplaced_levels
from trading.engine.live.grids.orders import OrderHeldBackError, SubAccountOrders
from trading.engine.live.state import GridEvent, GridMemory, GridStateChange, LevelRefusal, LiveOrderEvent, OrderMemory
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.matching.events import OrderEventKind
from trading.engine.risk.gate import OrderGate
from trading.engine.strategies.errors import CannotTradeError
from trading.engine.strategies.shipped.grid_core import LevelReason
from trading.engine.strategies.shipped.grid_parameters import GridParameters

_CHANGING = frozenset({OrderEventKind.FILLED, OrderEventKind.CANCELLED, OrderEventKind.EXPIRED})


class LiveGrid:
    """A grid's state, its core, and its orders on a sub-account; `events` are those that nobody has taken yet.

    `bought` are the gaps that have bought since they last were empty: one that then sells all it holds makes a cycle.
    """

    def __init__(
        self,
        sub_account: PaperSubAccount,
        *,
        name: str,
        instrument: Instrument,
        parameters: GridParameters,
        memory: GridMemory,
        gate: OrderGate | None,
    ) -> None:
        self.state = memory.state
        self.reason = memory.reason
        self.cycles = memory.cycles
        self.closes = memory.closes
        self.bought = {gap.gap for gap in memory.gaps if gap.has_bought}
        self.instrument = instrument
        self.sub_account = sub_account
        self.orders = SubAccountOrders(sub_account, instrument, name=name, gate=gate)
        self.orders.market_orders = memory.market_orders
        self.core = restored_core(
            memory, sub_account, name=name, parameters=parameters, instrument=instrument, orders=self.orders
        )
        self.events: list[GridEvent] = []
        self._opened: OrderMemory | None = None
        self._unsold: int | None = None
        self._told = {(level.gap, level.side): level for level in memory.unplaced}
        self._heard: deque[LiveOrderEvent] = deque()
        sub_account.on_event = self._heard.append

    @property
    def is_away(self) -> bool:
        """Whether it waits for the exchange, whose trades come later and count then."""
        return self.state is GridState.PAUSED and self.reason == PauseReason.EXCHANGE_DOWN

    @property
    def trades(self) -> bool:
        """Whether what is missing is to be placed, and its ends are looked at: also where it waits for the exchange."""
        return self.core.grid is not None and (self.is_away or self.state is GridState.RUNNING)

    @property
    def waits_for_trigger(self) -> bool:
        """Whether a trade at the trigger begins it: also where it waits for the exchange."""
        return self.state is GridState.WAITING_TRIGGER or (
            self.is_away and not self.core.has_begun and self.core.parameters.trigger_price is not None
        )

    @property
    def is_opening(self) -> bool:
        """Whether the order that buys at the start is open."""
        return bool(self.core.opening) and self.sub_account.order_of(self.core.opening) is not None

    def set_market(self, market: int, time: int) -> None:
        """Let the market stand at `market` ticks at `time` (ms)."""
        self.orders.market, self.orders.time = market, time

    def step(self, step: GridStep, time: int, reason: str = "") -> None:
        """Go to the next state; raise `IllegalGridStepError` where the step is none."""
        before, self.state = self.state, GRID_STEPS.next(self.state, step)
        self.reason = str(reason)
        if not self.trades:
            self.core.refused.clear()
            self.core.waiting.clear()
        self.events.append(GridStateChange(time=time, before=before, state=self.state, reason=self.reason))

    def begin(self) -> None:
        """Begin at the market; where something is held already, go on with it."""
        core = self.core
        core.refused.clear()
        try:
            if self.orders.position >= self.instrument.quantity_unit:
                plan = self.planned(core.parameters, core.lines)
                self.step(GridStep.RUN, self.orders.time)
                self.rebuild(core.lines, plan)
            elif not core.begin(self.orders.market):
                self._run(0)
        except OrderHeldBackError as held_back:
            core.refused[core.empty, Side.BUY] = LevelReason(str(held_back.refusal.code), held_back.refusal.message)
        except CannotTradeError as fault:
            self.fail(str(fault), self.orders.time)

    def fail(self, reason: str, time: int) -> None:
        """Stand still for a fault: orders are cancelled."""
        self.step(GridStep.FAIL, time, reason)
        self.cancel_all(time)

    def planned(self, parameters: GridParameters, lines: tuple[int, ...], *, returned: int = 0) -> Replanned:
        """Return how it goes on with what is there; raise `CannotTradeError` where that is too little."""
        return plan_anew(
            parameters,
            self.instrument,
            self.sub_account.account,
            lines=lines,
            price=self.orders.market,
            fees=self.orders.fees,
            returned=returned,
        )

    def rebuild(self, lines: tuple[int, ...], plan: Replanned) -> int:
        """Go on by a plan: orders that it doesn't want are cancelled, others placed; return how many were cancelled."""
        core = self.core
        core.lines, core.empty = lines, plan.empty
        core.set_grid(plan.order_steps)
        core.holdings.held = dict(plan.held)
        core.fractions.clear()
        core.refused.clear()
        core.waiting.clear()
        self.bought.clear()
        cancelled = self._cancel([name for name in core.places if not self._is_on_line(name)])
        return cancelled + self.place_all()

    def place_all(self) -> int:
        """Place whatever is missing, and cancel what is too much; return how many orders were cancelled."""
        core = self.core
        if not self.trades or core.grid is None:
            return 0
        surplus = set(surplus_orders(core.grid, core.holdings, core.resting))
        cancelled = self._cancel([name for name, place in core.places.items() if place in surplus])
        self._join(core.grid, core.grid.gaps)
        core.place()
        return cancelled

    def cancel_all(self, time: int) -> int:
        """Cancel all orders, for the reason why the grid stands still; return how many."""
        self.orders.time = time
        names = [order.request.client_order_id for _, order in self.sub_account.open_orders]
        cancelled = self._cancel(names, reason=self.reason)
        self._opened = None
        return cancelled

    def work(self) -> None:
        """Let new orders take from the book, and answer what happened, until nothing more does."""
        again = True
        while again:
            self.sub_account.take_new(self.instrument.symbol, market=self.orders.market, time=self.orders.time)
            again = self._answer(self.hear())

    def hear(self) -> set[int]:
        """Note what happened to the orders; return the gaps that it changed."""
        changed = set()
        while self._heard:
            event = self._heard.popleft()
            name = event.order.request.client_order_id
            if name == self.core.opening and not event.order.state.is_open:
                self._opened = event.order
            elif name in self.core.places and event.kind in _CHANGING:
                changed.add(self._note(name, event))
        return changed

    def tell_levels(self, time: int) -> None:
        """Tell of levels that aren't placed for another reason than was told, or that nothing refuses any more.

        Of a grid that places nothing the latter isn't told: its levels are refused by nobody, but don't come either.
        """
        now = {(level.gap, level.side): level for level in unplaced_levels(self.core)}
        for place in sorted({*now, *self._told} if self.trades else now):
            level = now.get(place) or replace(self._told[place], code="", message="")
            if place not in self._told or self._told[place].code != level.code:
                self.events.append(LevelRefusal(time=time, level=level))
        self._told = now

    def _answer(self, gaps: set[int]) -> bool:
        """Do what changes in some gaps lead to; return whether there may be new orders."""
        if self.state is GridState.STOPPING:
            return self._end_stop()
        if self.state is GridState.STARTING and self._opened is not None:
            opened, self._opened = self._opened, None
            self._open_with(opened)
        elif gaps and self.trades and self.core.grid is not None:
            self._join(self.core.grid, gaps)
            self.core.place(gaps)
        else:
            return False
        return True

    def _open_with(self, opened: OrderMemory) -> None:
        """Run with what was bought: an order at the market may end with a part, where less is left than a step."""
        if opened.filled:
            self._run(opened.filled)
        else:
            why = opened.refusal.message if opened.refusal else "nothing was offered"
            self.fail(f"nothing could be bought at the start: {why}", self.orders.time)

    def _run(self, bought: int) -> None:
        try:
            self.core.run(bought)
        except CannotTradeError as fault:
            self.fail(str(fault), self.orders.time)
        else:
            self.step(GridStep.RUN, self.orders.time)

    def _note(self, name: str, event: LiveOrderEvent) -> int:
        """Note an execution of an order, or that it has ended; return its gap."""
        core, fill = self.core, event.fill
        if fill is None:
            return core.end(name, event.order.request.quantity - event.order.filled)
        gap, side = core.places[name]
        fee_in_base = fill.fee if fill.fee_asset == self.instrument.base else 0
        core.fill(name, fill.quantity, fee_in_base=fee_in_base, is_open=event.order.state.is_open)
        if side is Side.BUY:
            self.bought.add(gap)
        elif not core.holdings.held[gap] and gap in self.bought:
            self.bought.remove(gap)
            self.cycles += 1
        return gap

    def _cancel(self, names: Collection[str], *, reason: str = "") -> int:
        for name in names:
            self.sub_account.cancel(name, time=self.orders.time, reason=reason)
        self.hear()
        return len(names)

    def _join(self, grid: Grid, gaps: Collection[int]) -> None:
        """Cancel the untouched orders of a gap and side that are several, or would be: one is placed for them."""
        core = self.core
        missing, waiting = missing_orders(grid, core.holdings, core.resting, gaps=sorted(gaps))
        growing = {(order.gap, order.side) for order in missing} | set(waiting)
        by_place: dict[OrderPlace, list[str]] = {}
        for name, place in core.places.items():
            if place[0] in gaps:
                by_place.setdefault(place, []).append(name)
        for place, names in by_place.items():
            if (len(names) > 1 or place in growing) and self._can_join(grid, place, names):
                self._cancel(names)

    def _can_join(self, grid: Grid, place: OrderPlace, names: Collection[str]) -> bool:
        """Return whether no order is partly filled, and the risk gate would let one for all of them pass."""
        if any(known[1].filled for name in names if (known := self.sub_account.order_of(name))):
            return False
        gap, side = place
        steps = wanted_quantity(grid, self.core.holdings, gap, side)
        joined = GridOrder(client_order_id="", gap=gap, side=side, price=grid.price(gap, side), quantity=steps)
        return steps > 0 and self.orders.would_hold_back(joined) is None

    def _is_on_line(self, name: str) -> bool:
        """Return whether an order is where its gap is bought or sold."""
        (gap, side), known, grid = self.core.places[name], self.sub_account.order_of(name), self.core.grid
        if known is None or grid is None or gap not in grid.gaps:
            return False
        return known[1].request.price == grid.price(gap, side)

    def _end_stop(self) -> bool:
        """End once no order is open, and all is sold where that is asked for; return whether it is being sold."""
        if self.sub_account.open_orders:
            return False
        reason = self.reason
        held = self.orders.position // self.instrument.quantity_unit
        if self.closes and held and held != self._unsold:
            try:
                order = self.orders.close_position()
            except OrderHeldBackError as held_back:
                self.core.refused[self.core.empty, Side.SELL] = LevelReason(
                    str(held_back.refusal.code), held_back.refusal.message
                )
                return False
            self._unsold = held
            if order is not None and order.refusal is None:
                return True
            if order is not None and order.refusal is not None:
                reason = f"{reason}; what is held could not be sold: {order.refusal.message}".removeprefix("; ")
        self.step(GridStep.END, self.orders.time, reason)
        return False

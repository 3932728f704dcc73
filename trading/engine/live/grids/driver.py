"""A grid on a live market: the core that backtests drive by candles, driven by trades, with what people do to it.

1. It begins by the trades: at once, or once one has touched the trigger, or has gone through it since the grid waits.
2. After each execution it places what is then missing; what was refused is tried again then, and by `advance`.
3. Orders of one gap and side of which none is partly filled are joined to one, so that a grid of which no gap is
   partly filled has exactly one order for each gap.
4. Where its end is touched (`stop_loss`, `take_profit`) it stops, and sells what it holds at the market.
5. A trade from before it was last started, changed or told to go on, as catching up brings them, neither begins it nor
   ends it. Its orders look at their own times.
6. What it should do isn't done at its own time: by a trade, or by `advance`. While it is paused nothing is done, but
   where the exchange is away: then trades that come late do all that they do to one that runs or waits.
"""

from streaming.events import Side
from trading.engine.grid.state import GRID_STEPS, GridState, GridStep, PauseReason
from trading.engine.instrument import Instrument
from trading.engine.live.grids.changing import GridNotChangeableError, added_investment, changed_parameters, rebuilds
from trading.engine.live.grids.live_grid import LiveGrid
from trading.engine.live.grids.memory import gaps_of, unplaced_levels
from trading.engine.live.grids.trigger import ends_reach, is_touched, trigger_reach
from trading.engine.live.state import GridChange, GridEvent, GridFigures, GridMemory
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.live.triggers import Reach
from trading.engine.matching.book import Book
from trading.engine.orders.order import Order
from trading.engine.risk.gate import BY_KILL_SWITCH, OrderGate
from trading.engine.strategies.shipped.grid_parameters import GridParameters


class GridDriver:
    """Drives a grid on its own sub-account. All that it does is found in both: the account's changes, and its events.

    `name` (the grid's id) begins its orders' names: `{name}-{gap}-{side}-{number}`, `{name}-open-{number}`,
    `{name}-close-{number}`. `market` is always the last trade's price in ticks, `time` in ms.
    """

    def __init__(
        self,
        sub_account: PaperSubAccount,
        *,
        name: str,
        instrument: Instrument,
        parameters: GridParameters,
        memory: GridMemory,
        gate: OrderGate | None = None,
    ) -> None:
        self._grid = LiveGrid(
            sub_account, name=name, instrument=instrument, parameters=parameters, memory=memory, gate=gate
        )
        self._core = self._grid.core
        self._instrument = instrument
        self._sub_account = sub_account
        self._reference_price = memory.reference_price
        self._effective_since = memory.effective_since

    @property
    def state(self) -> GridState:
        """Where it stands."""
        return self._grid.state

    @property
    def reason(self) -> str:
        """Why it is paused, is stopping, has stopped or failed; empty where it needs none."""
        return self._grid.reason

    @property
    def parameters(self) -> GridParameters:
        """The parameters by which it goes."""
        return self._core.parameters

    @property
    def closes(self) -> bool:
        """Whether what it holds is to be sold before it ends."""
        return self._grid.closes

    @property
    def has_begun(self) -> bool:
        """Whether it has bought what it begins with, or is buying it."""
        return self._core.has_begun

    @property
    def has_unplaced(self) -> bool:
        """Whether a level has no order, or too little, that should have one."""
        return bool(self._core.refused or self._core.waiting)

    def start(self, *, market: int, time: int) -> None:
        """Go from created to waiting for the trigger, or to starting; `advance` then begins."""
        self._reference_price, self._effective_since = market, time
        trigger = self.parameters.trigger_price
        if trigger is None or is_touched(self._instrument, trigger, before=market, price=market):
            self._grid.step(GridStep.BEGIN, time)
        else:
            self._grid.step(GridStep.WAIT, time)

    def advance(self, *, market: int, time: int) -> None:
        """Do what stands to be done: begin, take new orders from the book, place what is missing, end a stop."""
        self._grid.set_market(market, time)
        self._grid.work()
        if self.state is GridState.STARTING and not self._grid.is_opening:
            self._grid.begin()
        else:
            self._grid.place_all()
        self._grid.work()
        self._grid.tell_levels(time)

    def see_book(self, book: Book) -> None:
        """Take the order book as it stands now."""
        self._sub_account.see_book(self._instrument.symbol, book)

    def see_trade(self, *, price: int, quantity: int, time: int) -> None:
        """Execute what a trade reaches, place what that leaves missing; begin at the trigger, end at the ends."""
        self._grid.set_market(price, time)
        self._sub_account.see_trade(self._instrument.symbol, price=price, quantity=quantity, time=time)
        self._grid.work()
        if time >= self._effective_since:
            self._begin_or_end(price, time)
        self._grid.work()
        self._grid.tell_levels(time)

    def cancel(self, client_order_id: str, *, time: int, reason: str = "") -> Order:
        """Cancel one order by hand; `advance` puts back what is then missing.

        Raise `OrderNotOpenError` where none of that name is open.
        """
        order = self._sub_account.cancel(client_order_id, time=time, reason=reason)
        self._grid.hear()
        return order

    def pause(self, reason: PauseReason, *, time: int) -> None:
        """Pause; orders are cancelled or stay as the reason says. Raise `IllegalGridStepError` where it can't.

        A grid that is paused already has the new reason then; that the exchange is down changes nothing of it.
        """
        if self.state is GridState.PAUSED:
            if reason is PauseReason.EXCHANGE_DOWN:
                return
            if self.reason == reason:
                raise GRID_STEPS.illegal(self.state, GridStep.PAUSE)
        self._grid.step(GridStep.PAUSE, time, reason)
        if reason.cancels:
            self._grid.cancel_all(time)
        self._grid.tell_levels(time)

    def resume(self, *, market: int, time: int) -> None:
        """Go on where it was paused, and place what is missing; `advance` takes it from the book.

        Raise `IllegalGridStepError` where it isn't paused.
        """
        self._grid.set_market(market, time)
        was_away = self.reason == PauseReason.EXCHANGE_DOWN
        if self._core.grid is not None:
            self._grid.step(GridStep.RESUME, time)
            self._grid.place_all()
        elif self.parameters.trigger_price is not None and not self._core.budget:
            self._grid.step(GridStep.RESUME_WAITING, time)
        else:
            self._grid.step(GridStep.RESUME_STARTING, time)
        if not was_away:  # what was traded while the exchange was away still counts
            self._effective_since = time
        self._grid.tell_levels(time)

    def update(self, parameters: GridParameters, *, market: int, time: int) -> GridChange:
        """Change parameters; `advance` takes from the book what is placed for it. Nothing is sold for it.

        Raise `GridNotChangeableError` where it isn't waiting, running or paused, `CannotTradeError` where there is too
        little for it; then nothing was changed.
        """
        if self.state not in {GridState.WAITING_TRIGGER, GridState.RUNNING, GridState.PAUSED}:
            raise GridNotChangeableError(self.state)
        self._grid.set_market(market, time)
        changed = changed_parameters(self.parameters, parameters)
        lines = parameters.lines(self._instrument) if rebuilds(changed) else self._core.lines
        returned, cancelled = max(0, -added_investment(self.parameters, parameters, self._sub_account.account)), 0
        rebuilt = rebuilds(changed) and self._core.grid is not None
        if rebuilt:
            plan = self._grid.planned(parameters, lines, returned=returned)
            self._core.parameters = parameters
            cancelled = self._grid.rebuild(lines, plan)
        else:
            if rebuilds(changed):
                self._core.check(parameters, lines, market, returned=returned)
            self._core.parameters, self._core.lines = parameters, lines
            self._wait_anew(market, time)
        self._effective_since = time
        self._grid.tell_levels(time)
        return GridChange(updated=changed, rebuilt=rebuilt, cancelled=cancelled, returnable=returned)

    def stop(self, *, time: int, cancel_orders: bool = True, close_position: bool = False, reason: str = "") -> int:
        """Stop; return how many orders were cancelled. It has ended once no order is open and all is closed.

        One that is stopping and still sells what it holds, or waits for its orders, gives that up where it is stopped
        again without `close_position`: its market may be gone. Raise `IllegalGridStepError` for any other.
        """
        gives_up = not close_position and (self._grid.closes or self._sub_account.open_orders)
        if self.state is not GridState.STOPPING or not gives_up:
            self._grid.step(GridStep.STOP, time, reason)
        self._grid.closes = close_position
        cancelled = self._grid.cancel_all(time) if cancel_orders else 0
        self._grid.tell_levels(time)
        return cancelled

    def sell_before_end(self, *, time: int) -> int:
        """Sell what a grid that is stopping holds before it ends; return how many orders were cancelled for that."""
        self._grid.closes = True
        cancelled = self._grid.cancel_all(time)
        self._grid.tell_levels(time)
        return cancelled

    def fail(self, reason: str, *, time: int) -> None:
        """Stand still for a fault: orders are cancelled."""
        self._grid.fail(reason, time)
        self._grid.tell_levels(time)

    def restart(self, *, time: int) -> None:
        """Begin anew after a fault, with what is there; raise `IllegalGridStepError` where there was none."""
        self._grid.step(GridStep.BEGIN, time)
        self._effective_since = time

    def reach(self) -> Reach:
        """Return at which prices a trade does anything here."""
        trigger = self.parameters.trigger_price
        if self._grid.waits_for_trigger and trigger is not None:
            return trigger_reach(self._instrument, trigger, before=self._reference_price)
        reach = self._sub_account.reach(self._instrument.symbol)
        return reach.wider(ends_reach(self._instrument, self.parameters)) if self._grid.trades else reach

    def figures(self, price: int) -> GridFigures:
        """Return how it stands at a price in ticks."""
        account, lines = self._sub_account.account, self._core.lines
        prices = {self._instrument.base: price * self._instrument.price_unit}
        sides = [side for _, side in self._core.places.values()]
        return GridFigures(
            price=price,
            position=self._grid.orders.position,
            buy_orders=sides.count(Side.BUY),
            sell_orders=sides.count(Side.SELL),
            realised=account.realised,
            unrealised=account.unrealised(prices),
            equity=account.equity(prices),
            fees=account.fees,
            cycles=self._grid.cycles,
            is_without_orders=not sides and lines[0] <= price <= lines[-1] and self._is_to_have_orders(),
        )

    def memory(self) -> GridMemory:
        """Return all that is to be remembered besides the parameters and the sub-account's state."""
        core = self._core
        return GridMemory(
            state=self.state,
            reason=self.reason,
            lines=core.lines,
            empty=core.empty,
            order_steps=core.grid.order_steps if core.grid else 0,
            reference_price=self._reference_price,
            budget=core.budget,
            cash_before=core.cash_before,
            opening=core.opening,
            closes=self._grid.closes,
            market_orders=self._grid.orders.market_orders,
            cycles=self._grid.cycles,
            gaps=gaps_of(core, self._grid.bought),
            unplaced=unplaced_levels(core),
            effective_since=self._effective_since,
        )

    def take_events(self) -> tuple[GridEvent, ...]:
        """Return what happened to the grid since this was last called, in its order."""
        events, self._grid.events = tuple(self._grid.events), []
        return events

    def _is_to_have_orders(self) -> bool:
        """Return whether it runs, and it isn't the kill switch that holds back all that it would place."""
        codes = {reason.code for reason in self._core.refused.values()}
        return self.state is GridState.RUNNING and not (codes and codes <= BY_KILL_SWITCH)

    def _begin_or_end(self, price: int, time: int) -> None:
        """Begin where a trade is at the trigger, end where it is at an end."""
        if self._grid.waits_for_trigger and self._is_triggered(price):
            self._grid.step(GridStep.RESUME_STARTING if self._grid.is_away else GridStep.BEGIN, time)
            self._grid.begin()
        elif self._grid.trades:
            reason = self._core.reason_to_end(price, price)
            if reason:
                self.stop(time=time, close_position=True, reason=reason)

    def _is_triggered(self, price: int) -> bool:
        trigger = self.parameters.trigger_price
        return trigger is not None and is_touched(self._instrument, trigger, before=self._reference_price, price=price)

    def _wait_anew(self, market: int, time: int) -> None:
        """Wait for what is now the trigger, from now on; begin where there is none any more."""
        self._reference_price = market
        trigger = self.parameters.trigger_price
        if self.state is GridState.WAITING_TRIGGER and (
            trigger is None or is_touched(self._instrument, trigger, before=market, price=market)
        ):
            self._grid.step(GridStep.BEGIN, time)

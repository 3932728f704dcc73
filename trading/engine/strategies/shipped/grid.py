"""Grid trading: buys one line lower and sells one line higher, again and again. The planner knows all orders.

It begins at the close of the first candle, or of the one that touches `trigger_price`: buys at the market what the
lines above the price are to sell, and places its orders once that is there; what is left then decides how large they
are. `stop_loss` and `take_profit` are looked at when a candle has closed (live: at each trade, too); touched, they end
the grid, and what is held is sold.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from streaming.events import Side, Trade
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.fees import FeeAsset
from trading.engine.grid.capital import GridCapital, capital_for, split_of
from trading.engine.grid.lines import nearest_line
from trading.engine.grid.planner import GapHoldings, Grid, GridOrder, OrderPlace, holdings_at_start, missing_orders
from trading.engine.instrument import Rounding
from trading.engine.orders.state import OrderState
from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.context import Context, SignalAction
from trading.engine.strategies.errors import CannotTradeError
from trading.engine.strategies.orders import OrderFill, PlacedOrder
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.engine.strategies.strategy import Strategy


class GridState(StrEnum):
    """Where a grid stands."""

    WAITING_TRIGGER = "waiting_trigger"
    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"


class GridTrading(Strategy[GridParameters]):
    """Places what the planner says is missing, at each execution."""

    name = "grid"
    title = "Grid"
    description = "Buys at each line that the price falls to, and sells one line higher, between two prices."
    Parameters = GridParameters

    def __init__(self, parameters: GridParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self.state = GridState.WAITING_TRIGGER
        self._lines = parameters.lines(context.instrument)
        self._empty = 0
        self._budget = self._cash_before = Decimal(0)
        self._opening: PlacedOrder | None = None
        self._grid: Grid | None = None
        self._holdings = GapHoldings()
        self._resting: Counter[OrderPlace] = Counter()
        self._places: dict[str, OrderPlace] = {}
        self._fractions: dict[int, Decimal] = {}
        self._refused: set[int] = set()

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        """Look where a price is touched at which it begins or ends; what lies between is up to its orders."""
        wanted, touched = self.parameters, np.zeros(len(data), dtype=np.bool_)
        if wanted.trigger_price is not None:
            before = np.concatenate((data.open[:1], data.close[:-1]))
            trigger = float(wanted.trigger_price)
            touched |= (np.minimum(before, data.low) <= trigger) & (trigger <= np.maximum(before, data.high))
        if wanted.stop_loss is not None:
            touched |= data.low <= float(wanted.stop_loss)
        if wanted.take_profit is not None:
            touched |= data.high >= float(wanted.take_profit)
        return touched

    def on_candle(self, candle: StrategyCandle) -> None:
        """Begin, or end, where it is time to."""
        if self.state is GridState.WAITING_TRIGGER:
            if self._is_triggered(candle):
                self._open(candle.close)
        else:
            self._watch(candle.low, candle.high)

    def on_trade(self, trade: Trade) -> None:
        """End at once where a trade says so."""
        if self.state is not GridState.WAITING_TRIGGER:
            self._watch(trade.price, trade.price)

    def on_fill(self, fill: OrderFill) -> None:
        """Place what an execution leaves missing."""
        if fill.order == self._opening:
            if fill.order.state is OrderState.FILLED and self.state is GridState.STARTING:
                self._run()
            return
        place = self._places.get(fill.order.client_order_id)
        if place is None:
            return
        self._holdings.fill(*place, self._steps_of(fill, place[0]))
        self._resting[place] -= self.context.instrument.steps(fill.quantity)
        if not fill.order.is_open:
            del self._places[fill.order.client_order_id]
        if self.state is GridState.RUNNING:
            self._place(sorted({place[0], *self._refused}))

    def _is_triggered(self, candle: StrategyCandle) -> bool:
        trigger = self.parameters.trigger_price
        if trigger is None:
            return True
        closes = self.context.data.close
        before = closes[-2] if len(closes) > 1 else float(candle.open)
        return bool(min(before, float(candle.low)) <= float(trigger) <= max(before, float(candle.high)))

    def _open(self, price: Decimal) -> None:
        """Buy what the lines above the price are to sell; raise `CannotTradeError` where there is too little for it."""
        broker = self.context.broker
        ticks = self.context.instrument.ticks(price)
        self._empty = nearest_line(self._lines, ticks)
        self._cash_before = broker.cash
        self._budget = self._cash_before
        if self.parameters.investment is not None:
            self._budget = min(self._budget, self.parameters.investment)
        capital = self._capital(ticks)
        self._check(capital.order_steps, unused=capital.unused)
        self.state = GridState.STARTING
        self.context.signal(SignalAction.BUY, reason="the grid begins")
        if not capital.base:
            self._run()
        elif self.parameters.order_size is None:
            self._opening = broker.buy(quote_amount=decimal_of(capital.base_cost))
        else:
            self._opening = broker.buy(quantity=decimal_of(capital.base))

    def _capital(self, ticks: int) -> GridCapital:
        instrument, fees, budget = self.context.instrument, self.context.broker.fees, amount_of(self._budget)
        if self.parameters.order_size is None:
            return capital_for(instrument, self._lines, empty=self._empty, price=ticks, investment=budget, fees=fees)
        steps = instrument.steps(self.parameters.order_size, Rounding.DOWN)
        return split_of(
            instrument, self._lines, empty=self._empty, price=ticks, order_steps=steps, investment=budget, fees=fees
        )

    def _run(self) -> None:
        """Place all orders, of the size that what was bought and what is left allow."""
        self.state = GridState.RUNNING
        steps = self._affordable_steps()
        self._check(steps)
        self._grid = Grid(
            name=self.name,
            instrument=self.context.instrument,
            lines=self._lines,
            order_steps=steps,
            fee_steps=self._fee_steps(steps),
        )
        self._holdings = holdings_at_start(self._grid, self._empty)
        self._place()

    def _affordable_steps(self) -> int:
        instrument, broker = self.context.instrument, self.context.broker
        if self.parameters.order_size is not None:
            return instrument.steps(self.parameters.order_size, Rounding.DOWN)
        left = self._budget - (self._cash_before - broker.cash)
        below = sum(broker.fees.with_fee(instrument.notional(line, 1)) for line in self._lines[: self._empty])
        sizes = [amount_of(left) // below] if below else []
        if self._opening:
            held = min(self._opening.filled, broker.position)
            sizes.append(instrument.steps(held, Rounding.DOWN) // (len(self._lines) - 1 - self._empty))
        return min(sizes)

    def _check(self, order_steps: int, *, unused: int = 0) -> None:
        """Raise `CannotTradeError` where orders would be none, too small for the exchange, or more than there is."""
        instrument = self.context.instrument
        least, worth = amount_of(instrument.minimum_notional), instrument.notional(self._lines[0], order_steps)
        if not order_steps or worth < least:
            size = f"{instrument.quantity(order_steps):f} {instrument.base}"
            needed = (
                f"at least {instrument.minimum_notional:f} {instrument.quote}" if order_steps else "at least a step"
            )
            raise CannotTradeError(f"the grid's orders would be of {size}, and must be of {needed} each")
        if unused < 0:
            missing = f"{decimal_of(-unused):f} {instrument.quote}"
            raise CannotTradeError(f"order_size is too large: {missing} more would be needed")

    def _place(self, gaps: Sequence[int] | None = None) -> None:
        """Place what is missing: in all gaps, or in those that have changed."""
        assert self._grid is not None  # noqa: S101 - it runs
        self._refused.difference_update(self._grid.gaps if gaps is None else gaps)
        for order in missing_orders(self._grid, self._holdings, self._resting, gaps=gaps)[0]:
            self._order(order)

    def _order(self, order: GridOrder) -> None:
        place = (order.gap, order.side)
        self._holdings.placed[place] += 1
        self._resting[place] += order.quantity
        self._places[order.client_order_id] = place
        instrument, broker = self.context.instrument, self.context.broker
        placed = (broker.buy if order.side is Side.BUY else broker.sell)(
            quantity=instrument.quantity(order.quantity),
            price=instrument.price(order.price),
            client_order_id=order.client_order_id,
        )
        if placed.state is OrderState.REJECTED:
            self._resting[place] -= order.quantity
            del self._places[order.client_order_id]
            self._refused.add(order.gap)

    def _fee_steps(self, steps: int) -> int:
        """Return how many steps a fee takes of what is bought for a gap: none where it is paid in quote."""
        fees, unit = self.context.broker.fees, self.context.instrument.quantity_unit
        if fees.charged_in is not FeeAsset.RECEIVED:
            return 0
        return -(-(fees.with_fee(steps * unit) - steps * unit) // unit)

    def _steps_of(self, fill: OrderFill, gap: int) -> int:
        """Return how many whole steps came in or went out: a fee in base leaves less of what was bought."""
        instrument = self.context.instrument
        if fill.side is Side.SELL or fill.fee_asset != instrument.base:
            return instrument.steps(fill.quantity)
        received = fill.quantity - fill.fee + self._fractions.get(gap, Decimal(0))
        steps = instrument.steps(received, Rounding.DOWN)
        self._fractions[gap] = received - instrument.quantity(steps)
        return steps

    def _watch(self, low: Decimal, high: Decimal) -> None:
        """End the grid where the market has touched a price at which it should."""
        loss, profit = self.parameters.stop_loss, self.parameters.take_profit
        if self.state is GridState.STOPPED:
            return
        if loss is not None and low <= loss:
            self._end("the price is at the stop loss")
        elif profit is not None and high >= profit:
            self._end("the price is at the take profit")

    def _end(self, reason: str) -> None:
        self.state = GridState.STOPPED
        self.context.signal(SignalAction.SELL, reason=reason)
        self.context.broker.cancel_all()
        self.context.broker.close_position()

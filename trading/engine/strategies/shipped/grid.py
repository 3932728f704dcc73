"""Grid trading: buys one line lower and sells one line higher, again and again. The planner knows all orders.

It begins at the close of the first candle, or of the one that touches `trigger_price`: buys at the market what the
lines above the price are to sell, and places its orders once that is there; what is left then decides how large they
are. `stop_loss` and `take_profit` are looked at when a candle has closed; touched, they end the grid, and what is held
is sold.
"""

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from streaming.events import Side
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.fees import FeeSchedule
from trading.engine.grid.planner import GridOrder, OrderPlace
from trading.engine.grid.state import GridState
from trading.engine.orders.refusal import Refusal
from trading.engine.orders.state import OrderState
from trading.engine.strategies.broker import Broker
from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.orders import OrderFill
from trading.engine.strategies.shipped.grid_core import GridCore
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy


class GridTrading(Strategy[GridParameters]):
    """Places what the planner says is missing, at each execution."""

    name = "grid"
    title = "Grid"
    description = "Buys at each line that the price falls to, and sells one line higher, between two prices."
    Parameters = GridParameters

    def __init__(self, parameters: GridParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self.state = GridState.WAITING_TRIGGER
        self._core = GridCore(self.name, parameters, context.instrument, _BrokerOrders(context))

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

    def on_fill(self, fill: OrderFill) -> None:
        """Place what an execution leaves missing."""
        core, instrument, name = self._core, self.context.instrument, fill.order.client_order_id
        if name == core.opening:
            if fill.order.state is OrderState.FILLED and self.state is GridState.STARTING:
                self._run(instrument.steps(fill.order.filled))
            return
        if name not in core.places:
            return
        fee_in_base = amount_of(fill.fee) if fill.fee_asset == instrument.base else 0
        gap = core.fill(name, instrument.steps(fill.quantity), fee_in_base=fee_in_base, is_open=fill.order.is_open)
        if self.state is GridState.RUNNING:
            core.place([gap])

    def _is_triggered(self, candle: StrategyCandle) -> bool:
        trigger = self.parameters.trigger_price
        if trigger is None:
            return True
        closes = self.context.data.close
        before = closes[-2] if len(closes) > 1 else float(candle.open)
        return bool(min(before, float(candle.low)) <= float(trigger) <= max(before, float(candle.high)))

    def _open(self, price: Decimal) -> None:
        """Begin; raise `CannotTradeError` where there is too little for it."""
        must_buy = self._core.begin(self.context.instrument.ticks(price))
        self.state = GridState.STARTING
        self.context.signal(SignalAction.BUY, reason="the grid begins")
        if not must_buy:
            self._run(0)

    def _run(self, bought: int) -> None:
        self.state = GridState.RUNNING
        self._core.run(bought)

    def _watch(self, low: Decimal, high: Decimal) -> None:
        """End the grid where the market has touched a price at which it should."""
        if self.state is GridState.STOPPED:
            return
        instrument = self.context.instrument
        reason = self._core.reason_to_end(instrument.ticks(low), instrument.ticks(high))
        if reason:
            self._end(reason)

    def _end(self, reason: str) -> None:
        self.state = GridState.STOPPED
        self.context.signal(SignalAction.SELL, reason=reason)
        self.context.broker.cancel_all()
        self.context.broker.close_position()


class _BrokerOrders:
    """The orders of a grid by a strategy's broker.

    What is refused is placed once, so that it is listed, and then not before it would be taken.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._refused: set[OrderPlace] = set()

    @property
    def _broker(self) -> Broker:
        return self._context.broker

    @property
    def fees(self) -> FeeSchedule:
        """The fees that are charged."""
        return self._broker.fees

    @property
    def cash(self) -> int:
        """What is free of quote, an amount."""
        return amount_of(self._broker.cash)

    @property
    def position(self) -> int:
        """What is held of base, an amount."""
        return amount_of(self._broker.position)

    def open_position(self, *, quote_amount: int = 0, quantity: int = 0) -> str:
        """Buy at the market; return the order's name."""
        if quote_amount:
            return self._broker.buy(quote_amount=decimal_of(quote_amount)).client_order_id
        return self._broker.buy(quantity=self._context.instrument.quantity(quantity)).client_order_id

    def forbids(self, order: GridOrder) -> Refusal | None:
        """Return what would still refuse an order of a place where one was refused."""
        if (order.gap, order.side) not in self._refused:
            return None
        instrument = self._context.instrument
        quantity, price = instrument.quantity(order.quantity), instrument.price(order.price)
        return self._broker.would_refuse(order.side, quantity=quantity, price=price)

    def place(self, order: GridOrder) -> Refusal | None:
        """Place a limit order; return why it was refused."""
        instrument = self._context.instrument
        placed = (self._broker.buy if order.side is Side.BUY else self._broker.sell)(
            quantity=instrument.quantity(order.quantity),
            price=instrument.price(order.price),
            client_order_id=order.client_order_id,
        )
        code, place = placed.refusal_code, (order.gap, order.side)
        if placed.state is not OrderState.REJECTED or not code:
            self._refused.discard(place)
            return None
        self._refused.add(place)
        return Refusal(code, placed.refusal)

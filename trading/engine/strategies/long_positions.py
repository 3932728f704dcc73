"""Strategies that are either out of the market or have bought: how much is bought, and what limits the loss."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, TypeVar

from streaming.events import Side
from trading.engine.orders.refusal import RefusalCode
from trading.engine.orders.types import OrderType
from trading.engine.strategies.orders import OrderFill, PlacedOrder
from trading.engine.strategies.parameters import StrategyParameters, number
from trading.engine.strategies.predictions import Prediction
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy


class LongPositionParameters(StrategyParameters, frozen=True, kw_only=True):
    """What all strategies take that buy once, and sell all of it again."""

    position_size: Annotated[
        Decimal,
        number(
            least="0.01",
            most="1",
            title="Position size",
            description="Share of the equity that is bought for: 0.5 is half",
        ),
    ] = Decimal(1)
    stop_loss: Annotated[
        Decimal,
        number(
            least="0",
            most="0.99",
            title="Stop loss",
            description="Sell once the price is so much below what was paid on average: 0.05 is 5 %; 0 for no stop",
        ),
    ] = Decimal(0)


L = TypeVar("L", bound=LongPositionParameters)


class LongStrategy(Strategy[L]):
    """A strategy that enters at the market's price, and leaves at it or by a stop; it never sells what it hasn't."""

    def enter(self, reason: str, prediction: Prediction | None = None) -> None:
        """Advise to buy; do so where nothing is held or on its way."""
        self._advise(SignalAction.BUY, reason, prediction)
        broker = self.context.broker
        if not broker.open_orders and not self._holds_what_can_be_sold():
            broker.buy(quote_amount=min(broker.cash, broker.equity * self.parameters.position_size))

    def leave(self, reason: str, prediction: Prediction | None = None) -> None:
        """Advise to sell; end all orders, and sell whatever is held."""
        self._advise(SignalAction.SELL, reason, prediction)
        self.context.broker.cancel_all()
        self.context.broker.close_position()

    def on_fill(self, fill: OrderFill) -> None:
        """Protect all that is held by one stop below what was paid for it on average; sell it all once one was hit.

        A purchase may be executed in parts that are too small to be sold each by a stop of its own, and goes on after
        the price has reached the stop of those before: in a backtest, where candles have too little volume for it.
        What the price has reached already is sold at once.
        """
        if not self.parameters.stop_loss:
            return
        sells = self._open(Side.SELL)
        if any(order.is_triggered for order in (fill.order, *sells) if order.side is Side.SELL):
            self._sell_what_a_stop_leaves(sells)
        elif fill.side is Side.BUY and self._is_more_held_than(sells):
            stop = self._replace(sells, stop_price=fill.order.average_price * (1 - self.parameters.stop_loss))
            if stop.refusal_code is RefusalCode.WOULD_TRIGGER:
                self.context.broker.close_position()

    def _sell_what_a_stop_leaves(self, sells: Sequence[PlacedOrder]) -> None:
        """Buy no more, and sell what isn't being sold yet together with what is."""
        for order in self._open(Side.BUY):
            self.context.broker.cancel(order)
        if self._is_more_held_than([order for order in sells if order.is_triggered or order.type is OrderType.MARKET]):
            self._replace(sells)

    def _replace(self, sells: Sequence[PlacedOrder], *, stop_price: Decimal | None = None) -> PlacedOrder:
        """Let one order sell all that is held; those of less of it go only once it is taken, as it may be too small."""
        order = self.context.broker.sell(quantity=self.context.broker.position, stop_price=stop_price)
        if order.is_open:
            for sell in sells:
                self.context.broker.cancel(sell)
        return order

    def _open(self, side: Side) -> list[PlacedOrder]:
        return [order for order in self.context.broker.open_orders if order.side is side]

    def _is_more_held_than(self, sells: Iterable[PlacedOrder]) -> bool:
        """Return whether these orders leave something that can be sold."""
        left = self.context.broker.position - sum(sell.quantity - sell.filled for sell in sells)
        return left >= self.context.instrument.step_size

    def _advise(self, action: SignalAction, reason: str, prediction: Prediction | None) -> None:
        """Tell it, as sure as the prediction by which it is told, where there is one."""
        sure = Decimal(1) if prediction is None else prediction.probability
        self.context.signal(action, sure, reason, prediction=prediction)

    def _holds_what_can_be_sold(self) -> bool:
        """Return whether more is held than what rounding, fees in base or a fallen price leave behind."""
        position, instrument = self.context.broker.position, self.context.instrument
        price = Decimal(str(self.context.data.close[-1]))  # the shortest number that is this float: the candle's price
        least = instrument.quantity(instrument.minimum_steps)
        return position >= least and position * price >= instrument.minimum_notional

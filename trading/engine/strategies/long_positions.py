"""Strategies that are either out of the market or have bought: how much is bought, and what limits the loss."""

from decimal import Decimal
from typing import Annotated, TypeVar

from streaming.events import Side
from trading.engine.orders.refusal import RefusalCode
from trading.engine.strategies.orders import OrderFill
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
        """Protect all that is held by one stop below what was paid for it on average.

        A purchase may be executed in parts that are too small to be sold each by a stop of its own. What protects less
        of it goes only once there is one that protects all; what the price has reached already is sold at once.
        """
        broker = self.context.broker
        sells = [order for order in broker.open_orders if order.side is Side.SELL]
        unprotected = broker.position - sum(sell.quantity - sell.filled for sell in sells)
        is_protected = unprotected < self.context.instrument.step_size
        if fill.side is Side.SELL or not self.parameters.stop_loss or is_protected:
            return
        stop_price = fill.order.average_price * (1 - self.parameters.stop_loss)
        stop = broker.sell(quantity=broker.position, stop_price=stop_price)
        if stop.is_open:
            for sell in sells:
                broker.cancel(sell)
        elif stop.refusal_code is RefusalCode.WOULD_TRIGGER:
            broker.close_position()

    def _advise(self, action: SignalAction, reason: str, prediction: Prediction | None) -> None:
        """Tell it, as sure as the prediction by which it is told, where there is one."""
        sure = Decimal(1) if prediction is None else prediction.probability
        self.context.signal(action, sure, reason, prediction=prediction)

    def _holds_what_can_be_sold(self) -> bool:
        """Return whether more is held than what rounding, fees in base or a fallen price leave behind."""
        position, instrument = self.context.broker.position, self.context.instrument
        price = Decimal(str(self.context.data.close[-1]))  # the shortest number that is this float: the candle's price
        return position >= instrument.step_size and position * price >= instrument.minimum_notional

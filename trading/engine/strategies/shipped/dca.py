"""Buys for the same amount every so many candles (dollar-cost averaging), and sells all at a profit, where asked to.

Candles are counted from the epoch, so that a run that begins elsewhere buys at the same times: every 24 candles of an
hour at midnight, UTC. What a gap swallows is bought after it.
"""

from decimal import Decimal
from typing import Annotated

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from streaming.events import Side
from trading.engine.strategies.candles import CandleColumns, StrategyCandle, candle_numbers
from trading.engine.strategies.context import Context
from trading.engine.strategies.orders import OrderFill, PlacedOrder
from trading.engine.strategies.parameters import StrategyParameters, number
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy


class AveragingParameters(StrategyParameters, frozen=True, kw_only=True):
    """What is bought, how often, and when it is sold."""

    amount: Annotated[
        Decimal, number(least="0.01", most="1000000000", title="Amount", description="Of quote, for each purchase")
    ] = Decimal(10)
    every: Annotated[
        int, Meta(ge=1, le=100_000, title="Every", description="Candles from one purchase to the next")
    ] = 24
    take_profit: Annotated[
        Decimal,
        number(
            least="0",
            most="100",
            title="Take profit",
            description="Sell all once the price is so much above what was paid on average: 0.1 is 10 %; 0 for never",
        ),
    ] = Decimal(0)


class DollarCostAveraging(Strategy[AveragingParameters]):
    """Doesn't look at prices, but for its target."""

    name = "dca"
    title = "Dollar-cost averaging"
    description = "Buys for the same amount every so many candles; sells all at a target above the average price paid."
    Parameters = AveragingParameters

    def __init__(self, parameters: AveragingParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self._paid = self._bought = Decimal(0)
        self._target: PlacedOrder | None = None

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        """Look only where it is time to buy."""
        return self._due(data.open_times())

    def on_candle(self, candle: StrategyCandle) -> None:
        """Buy where it is time to, and there is enough left for it."""
        amount = self.parameters.amount
        if self._due(self.context.data.open_times()[-2:])[-1] and self.context.broker.cash >= amount:
            self.context.signal(SignalAction.BUY, reason="it is time to buy")
            self.context.broker.buy(quote_amount=amount)

    def on_fill(self, fill: OrderFill) -> None:
        """Keep a target above the average of what was paid since nothing was held."""
        broker = self.context.broker
        if fill.side is Side.BUY:
            self._paid += fill.price * fill.quantity
            self._bought += fill.quantity
            if self.parameters.take_profit:
                if self._target:
                    broker.cancel(self._target)
                price = self._paid / self._bought * (1 + self.parameters.take_profit)
                self._target = broker.sell(quantity=broker.position, price=price)
        elif broker.position < self.context.instrument.step_size:
            self._paid = self._bought = Decimal(0)

    def _due(self, open_times: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return for each candle whether a purchase follows it: the last of each round, or the first after a gap."""
        rounds = (candle_numbers(self.context.interval, open_times) + 1) // self.parameters.every
        due = np.diff(rounds, prepend=rounds[:1]) > 0
        due[:1] = (candle_numbers(self.context.interval, open_times[:1]) + 1) % self.parameters.every == 0
        return due

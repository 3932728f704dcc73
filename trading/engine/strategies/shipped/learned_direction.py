"""Buys where a model that learns says that the price rises, and sells where it says no, or once its horizon is over."""

from typing import Annotated

from msgspec import Meta

from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.long_positions import LongPositionParameters, LongStrategy
from trading.learning.kinds import ModelKind


class LearnedDirectionParameters(LongPositionParameters, frozen=True, kw_only=True):
    """Which model is asked; what it was trained with is in its card."""

    algorithm: Annotated[
        ModelKind,
        Meta(
            title="Algorithm",
            description="boosting is trained anew each night, online learns with each candle as well",
        ),
    ] = ModelKind.BOOSTING


class LearnedDirection(LongStrategy[LearnedDirectionParameters]):
    """Goes by what the model's version in use says of its symbol and interval; while that is silent, it waits."""

    name = "learned_direction"
    title = "Learned direction"
    description = (
        "Buys where a model that learnt from the symbol's candles says that the price rises, sells where it says no or "
        "its horizon is over; does nothing where the model abstains or is silent. Research, not advice."
    )
    Parameters = LearnedDirectionParameters
    model_parameter = "algorithm"

    def __init__(self, parameters: LearnedDirectionParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self._until: int | None = None

    def on_candle(self, candle: StrategyCandle) -> None:
        """Follow what is said of the price, for as long as that was said of."""
        said = self.context.prediction
        if said is not None and said.is_rise:
            self._until = candle.close_time + said.horizon * (candle.close_time + 1 - candle.open_time)
            self.enter(said.in_words, said)
        elif said is not None:
            self._until = None
            self.leave(said.in_words, said)
        elif self._until is not None and candle.close_time >= self._until:
            self._until = None
            self.context.broker.cancel_all()
            self.context.broker.close_position()

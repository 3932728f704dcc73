"""What a model says of a symbol's price, as a strategy is told: made elsewhere, and never by the strategy itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

import msgspec

from trading.engine.strategies.candles import StrategyCandle


class Prediction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a version of a model says at a candle's close of the close `horizon` candles later.

    `model` is the kind (`boosting`); `probability`, above a half, is that of what it says: a rise, or none.
    """

    model: str
    version: int
    horizon: int
    is_rise: bool
    probability: Decimal

    @property
    def in_words(self) -> str:
        """Who says it, and how probable it is."""
        what = "a rise" if self.is_rise else "no rise"
        probable = f"{100 * self.probability:.1f} % probable"
        return f"{self.model} v{self.version}: {what} within {self.horizon} candles is {probable}"


PredictionsByTime = Mapping[int, Prediction]
"""What was said, by when the candles opened (ms); at others nothing was."""


class PredictionSource(Protocol):
    """Where a strategy that runs live has its predictions from."""

    def at(self, candle: StrategyCandle) -> Prediction | None:
        """Return what is said at the close of the next candle; None where the model is silent, or abstains."""
        ...

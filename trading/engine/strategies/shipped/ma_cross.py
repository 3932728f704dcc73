"""Buys where a fast moving average crosses above a slow one, and sells where it crosses below."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.crossings import crosses_above, crossings_above, line_of
from trading.engine.strategies.long_positions import LongPositionParameters, LongStrategy


class Average(StrEnum):
    """How closes are averaged: alike, the newest the most by a constant factor, the newest the most by its place."""

    SIMPLE = "sma"
    EXPONENTIAL = "ema"
    WEIGHTED = "wma"


class CrossParameters(LongPositionParameters, frozen=True, kw_only=True):
    """Which averages."""

    fast: Annotated[int, Meta(ge=2, le=200, title="Fast period", description="Candles of the fast average")] = 10
    slow: Annotated[int, Meta(ge=2, le=200, title="Slow period", description="Candles of the slow average")] = 30
    kind: Annotated[Average, Meta(title="Average", description="Simple, exponential or weighted")] = Average.SIMPLE

    def wrong_together(self) -> Mapping[str, str]:
        """Refuse a fast average that isn't faster."""
        return {} if self.fast < self.slow else {"fast": "fast must be smaller than slow"}


class MovingAverageCross(LongStrategy[CrossParameters]):
    """Follows a trend by two averages of closes."""

    name = "ma_cross"
    title = "Moving-average cross"
    description = "Buys where a fast average of closes crosses above a slow one, sells where it crosses below."
    Parameters = CrossParameters
    keeps_nothing = True

    def __init__(self, parameters: CrossParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self._fast = context.indicator(parameters.kind, period=parameters.fast)
        self._slow = context.indicator(parameters.kind, period=parameters.slow)

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        """Look only where the averages cross."""
        fast = data.indicator(self.parameters.kind, period=self.parameters.fast)
        slow = data.indicator(self.parameters.kind, period=self.parameters.slow)
        return crossings_above(fast, slow) | crossings_above(slow, fast)

    def on_candle(self, candle: StrategyCandle) -> None:
        """Follow a cross."""
        fast, slow = line_of(self._fast), line_of(self._slow)
        if crosses_above(fast, slow):
            self.enter("the fast average crossed above the slow one")
        elif crosses_above(slow, fast):
            self.leave("the fast average crossed below the slow one")

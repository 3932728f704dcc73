"""Buys where the relative strength index falls below a level, and sells where it rises above a higher one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.crossings import crosses_above, crossings_above, level, line_of
from trading.engine.strategies.long_positions import LongPositionParameters, LongStrategy
from trading.engine.strategies.parameters import number


class ReversionParameters(LongPositionParameters, frozen=True, kw_only=True):
    """How long the index looks back, and between which levels the market is at rest."""

    period: Annotated[int, Meta(ge=2, le=200, title="Period", description="Candles of the index")] = 14
    oversold: Annotated[
        Decimal, number(least="1", most="99", title="Oversold", description="Buy where the index falls below it")
    ] = Decimal(30)
    overbought: Annotated[
        Decimal, number(least="1", most="99", title="Overbought", description="Sell where the index rises above it")
    ] = Decimal(70)

    def wrong_together(self) -> Mapping[str, str]:
        """Refuse levels that leave nothing between them."""
        return {} if self.oversold < self.overbought else {"oversold": "oversold must be smaller than overbought"}


class RsiReversion(LongStrategy[ReversionParameters]):
    """Bets on a return of what went too far."""

    name = "rsi_reversion"
    title = "RSI reversion"
    description = "Buys where the relative strength index falls below a level, sells where it rises above another."
    Parameters = ReversionParameters
    keeps_nothing = True

    def __init__(self, parameters: ReversionParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self._index = context.indicator("rsi", period=parameters.period)
        self._oversold, self._overbought = float(parameters.oversold), float(parameters.overbought)

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        """Look only where the index passes one of the levels."""
        index = data.indicator("rsi", period=self.parameters.period)
        return crossings_above(-index, -self._oversold) | crossings_above(index, self._overbought)

    def on_candle(self, candle: StrategyCandle) -> None:
        """Follow the index past a level."""
        index = line_of(self._index)
        if crosses_above(level(self._oversold), index):
            self.enter("the index fell below what is oversold")
        elif crosses_above(index, level(self._overbought)):
            self.leave("the index rose above what is overbought")

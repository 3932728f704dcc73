"""Buys at a close above the highest price of the candles before it, and sells at one below their lowest."""

from typing import Annotated

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from trading.engine.strategies.candles import CandleColumns, Floats, StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.long_positions import LongPositionParameters, LongStrategy


class ChannelParameters(LongPositionParameters, frozen=True, kw_only=True):
    """Over how many candles the extremes are taken."""

    entry: Annotated[
        int, Meta(ge=2, le=200, title="Entry period", description="Candles whose highest price a close must pass")
    ] = 20
    exit: Annotated[
        int, Meta(ge=2, le=200, title="Exit period", description="Candles whose lowest price a close must pass")
    ] = 10


class DonchianBreakout(LongStrategy[ChannelParameters]):
    """Follows new highs until there is a new low."""

    name = "donchian_breakout"
    title = "Donchian breakout"
    description = "Buys at a close above the highest price of the last candles, sells at one below their lowest."
    Parameters = ChannelParameters
    keeps_nothing = True

    def __init__(self, parameters: ChannelParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self._upper = context.indicator("donchian", output="upper", period=parameters.entry)
        self._lower = context.indicator("donchian", output="lower", period=parameters.exit)

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        """Look only at closes beyond the channel of the candles before."""
        upper = data.indicator("donchian", output="upper", period=self.parameters.entry)
        lower = data.indicator("donchian", output="lower", period=self.parameters.exit)
        return (data.close > _before(upper)) | (data.close < _before(lower))

    def on_candle(self, candle: StrategyCandle) -> None:
        """Follow a close out of the channel of the candles before."""
        close, highest, lowest = float(candle.close), self._upper.previous, self._lower.previous
        if highest is not None and close > highest:
            self.enter("the close is above the highest price before")
        elif lowest is not None and close < lowest:
            self.leave("the close is below the lowest price before")


def _before(column: Floats) -> Floats:
    """Return each candle's value of the candle before it."""
    shifted = np.full_like(column, np.nan)
    shifted[1:] = column[:-1]
    return shifted

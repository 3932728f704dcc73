"""Buys where a close breaks out above the upper Bollinger band, and sells where one falls back below the middle."""

from decimal import Decimal
from typing import Annotated

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.crossings import closes_line, crosses_above, crossings_above, line_of
from trading.engine.strategies.long_positions import LongPositionParameters, LongStrategy
from trading.engine.strategies.parameters import number


class BandsParameters(LongPositionParameters, frozen=True, kw_only=True):
    """Which bands."""

    period: Annotated[int, Meta(ge=2, le=200, title="Period", description="Candles of the middle, an average")] = 20
    deviations: Annotated[
        Decimal,
        number(least="0.1", most="10", title="Deviations", description="Standard deviations from the middle to a band"),
    ] = Decimal(2)


class BollingerBreakout(LongStrategy[BandsParameters]):
    """Follows a price that leaves its usual range upwards."""

    name = "bollinger_breakout"
    title = "Bollinger breakout"
    description = "Buys where a close crosses above the upper band, sells where one crosses below the middle."
    Parameters = BandsParameters
    keeps_nothing = True

    def __init__(self, parameters: BandsParameters, context: Context) -> None:
        super().__init__(parameters, context)
        bands = {"period": parameters.period, "deviations": float(parameters.deviations)}
        self._bands = bands
        self._upper = context.indicator("bollinger", output="upper", **bands)
        self._middle = context.indicator("bollinger", output="middle", **bands)

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        """Look only where a close crosses a line."""
        upper = data.indicator("bollinger", output="upper", **self._bands)
        middle = data.indicator("bollinger", output="middle", **self._bands)
        return crossings_above(data.close, upper) | crossings_above(middle, data.close)

    def on_candle(self, candle: StrategyCandle) -> None:
        """Follow a close across a line."""
        closes = closes_line(self.context.data.close)
        if crosses_above(closes, line_of(self._upper)):
            self.enter("the close crossed above the upper band")
        elif crosses_above(line_of(self._middle), closes):
            self.leave("the close crossed below the middle")

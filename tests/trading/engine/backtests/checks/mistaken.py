"""More strategies that know what is still to come: by mistakes that research makes, and one that fails at the end."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.strategy import Strategy

Mask = NDArray[np.bool_]


class NoParameters(msgspec.Struct, frozen=True):
    """None."""


class Cheater(Strategy[NoParameters]):
    """Buys where it wants to hold and sells where it doesn't; what it wants is the cheaters' own matter."""

    description = "Knows what is still to come."
    Parameters = NoParameters

    def wants(self, candle: StrategyCandle) -> bool:
        """Return whether to hold after this candle."""
        raise NotImplementedError

    def on_candle(self, candle: StrategyCandle) -> None:
        """Buy or sell."""
        broker, wants = self.context.broker, self.wants(candle)
        if wants and not broker.position:
            broker.buy(quote_amount=broker.cash)
        elif not wants and broker.position:
            broker.close_position()


class _WithWholeColumns(Cheater):
    """Keeps the whole columns that `interesting` is given."""

    def interesting(self, data: CandleColumns) -> Mask | None:
        self._wanted = dict(zip(data.open_times().tolist(), self.wanted(data), strict=True))
        return None

    def wanted(self, data: CandleColumns) -> Mask:
        """Return at which candles to hold."""
        raise NotImplementedError

    def wants(self, candle: StrategyCandle) -> bool:
        return bool(self._wanted[candle.open_time])


class CentredAverage(_WithWholeColumns):
    """Compares the close with an average whose middle it is: half of its candles are still to come."""

    name, title = "centred_average", "Centred average"

    def wanted(self, data: CandleColumns) -> Mask:
        average = np.convolve(data.close, np.ones(21) / 21, mode="same")
        return np.asarray(data.close < average)


class WholeRange(_WithWholeColumns):
    """Buys low: below the mean of the whole range's extremes, as normalising by the whole series does."""

    name, title = "whole_range", "Whole range"

    def wanted(self, data: CandleColumns) -> Mask:
        return np.asarray(data.close < (data.close.min() + data.close.max()) / 2)


class PrivateSeries(Cheater):
    """Reads the next candle out of what its context keeps to itself; where there is none, it fails."""

    name, title = "private_series", "Private series"

    def wants(self, candle: StrategyCandle) -> bool:
        context: Any = self.context
        return bool(context._series.close[context.index + 1] > context._series.close[context.index])


MISTAKEN: dict[str, type[Strategy[Any]]] = {
    cheater.name: cheater for cheater in (CentredAverage, WholeRange, PrivateSeries)
}

"""Candles as strategies see them: one that has closed, the last ones, and whole columns of them."""

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from streaming.indicators.bar import PricesAndVolume

Floats = NDArray[np.float64]
MOST_CANDLES = 1000
"""So many of the last candles a strategy can look back at."""


class StrategyCandle(PricesAndVolume, Protocol):
    """A candle that has closed."""


class CandleColumns(ABC):
    """Candles as columns of equal length, oldest first: for what floats are good enough for.

    Nothing can be written to them.
    """

    @abstractmethod
    def column(self, name: str) -> Floats:
        """Return `open`, `high`, `low`, `close` (quote) or `volume` (base)."""

    @abstractmethod
    def open_times(self) -> NDArray[np.int64]:
        """Return when each opened, in ms."""

    @abstractmethod
    def indicator(self, name: str, /, *, output: str = "", **parameters: Decimal | float) -> Floats:
        """Return an indicator's output (its first by default) at each candle's close; NaN while it warms up.

        Raise `IndicatorParametersError` for one that doesn't exist.
        """

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.open_times())

    @property
    def open(self) -> Floats:
        """The prices at which they opened."""
        return self.column("open")

    @property
    def high(self) -> Floats:
        """Their highest prices."""
        return self.column("high")

    @property
    def low(self) -> Floats:
        """Their lowest prices."""
        return self.column("low")

    @property
    def close(self) -> Floats:
        """The prices at which they closed."""
        return self.column("close")

    @property
    def volume(self) -> Floats:
        """What was traded in each, in base."""
        return self.column("volume")


def candle_numbers(interval: Interval, open_times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many candles of the interval opened between the epoch and each of these times, gaps or not."""
    if interval is Interval.MONTH_1:
        return open_times.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    first = open_time_at(interval, 0)
    return (open_times - first) // (next_open_time(interval, first) - first)

"""Candles as whole numbers in columns: a million of them in 48 MB, and none of them ever an object for long."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from streaming.events import Interval
from streaming.events.intervals import next_open_time
from trading.engine.instrument import Instrument

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
_PRICES = ("open", "high", "low", "close")
COLUMNS = ("open_time", *_PRICES, "volume")
"""The columns of whole numbers, in their order."""


class CandleSeriesError(ValueError):
    """Columns make no series of candles."""


@dataclass(frozen=True, slots=True, eq=False)
class CandleSeries:
    """Closed candles of one instrument, oldest first; they may have gaps.

    `open_time` in ms since the epoch, prices in whole ticks, `volume` in whole steps. The columns are made read-only.
    Raise `CandleSeriesError` where they differ in length, times don't ascend, or a price lies outside of its candle.
    """

    instrument: Instrument
    interval: Interval
    open_time: Integers
    open: Integers
    high: Integers
    low: Integers
    close: Integers
    volume: Integers
    _floats: dict[str, Floats] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        columns = self._columns()
        if len({len(column) for column in columns}) > 1 or any(column.dtype != np.int64 for column in columns):
            raise CandleSeriesError("the columns of a series must be 64 bit integers of one length")
        for column in columns:
            column.flags.writeable = False
        self._check()

    @classmethod
    def of_rows(cls, instrument: Instrument, interval: Interval, rows: Sequence[Sequence[int]]) -> "CandleSeries":
        """Return the series of rows of whole numbers in the order of `COLUMNS`."""
        table = np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS))
        return cls(instrument, interval, *(np.ascontiguousarray(column) for column in table.T))

    def __len__(self) -> int:
        """Return how many candles there are."""
        return len(self.open_time)

    def column(self, name: str) -> Floats:
        """Return a column as indicators want it: prices in quote, volume in base. Kept, and read-only."""
        found = self._floats.get(name)
        if found is None:
            unit = self.instrument.step_size if name == "volume" else self.instrument.tick_size
            found = _in_units(getattr(self, name), unit)
            found.flags.writeable = False
            self._floats[name] = found
        return found

    def next_open_times(self) -> Integers:
        """Return when each candle ends and the one after it opens, whether there is one or not (ms)."""
        if self.interval is Interval.MONTH_1:
            return np.array([next_open_time(self.interval, time) for time in self.open_time.tolist()], dtype=np.int64)
        return self.open_time + next_open_time(self.interval, 0)

    def until(self, index: int) -> "CandleSeries":
        """Return the first `index` candles."""
        return self._cut(slice(None, index))

    def since(self, start: int) -> "CandleSeries":
        """Return the candles that open from `start` (ms) on."""
        return self._cut(slice(int(np.searchsorted(self.open_time, start)), None))

    def between(self, start: int, end: int) -> "CandleSeries":
        """Return the candles that open from `start` to before `end` (ms)."""
        first, last = np.searchsorted(self.open_time, (start, end))
        return self._cut(slice(int(first), int(last)))

    def _cut(self, part: slice) -> "CandleSeries":
        """Return a part, whose columns have been checked with the whole."""
        cut = object.__new__(CandleSeries)
        for name, value in {"instrument": self.instrument, "interval": self.interval, "_floats": {}}.items():
            object.__setattr__(cut, name, value)
        for name in COLUMNS:
            object.__setattr__(cut, name, getattr(self, name)[part])
        return cut

    def _columns(self) -> tuple[Integers, ...]:
        return (self.open_time, self.open, self.high, self.low, self.close, self.volume)

    def _check(self) -> None:
        if (np.diff(self.open_time) <= 0).any():
            raise CandleSeriesError("the candles of a series must be in the order of their times, each once")
        lowest, highest = np.minimum(self.open, self.close), np.maximum(self.open, self.close)
        if (self.low > lowest).any() or (self.high < highest).any() or (self.low <= 0).any():
            raise CandleSeriesError("no price of a candle may be outside of its range, or not above 0")
        if (self.volume < 0).any():
            raise CandleSeriesError("a candle's volume must not be below 0")


def _in_units(whole: Integers, unit: Decimal) -> Floats:
    """Return whole numbers times a decimal unit as the nearest floats: times its numerator, by its denominator.

    Both products are exact below 2⁵³, so the one division rounds once, as reading the decimal would.
    """
    numerator, denominator = unit.as_integer_ratio()
    scaled: Floats = (whole * numerator).astype(np.float64)
    return scaled / denominator

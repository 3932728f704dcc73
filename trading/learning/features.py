"""Features as they are computed: candle by candle while the market runs, or over a whole history. Both are the same.

The formulas (`definitions`) exist once, and are given one candle at a time in both. Of a history, indicators come from
TA-Lib's batch functions, whose numbers are those of its streaming ones; a test cuts histories and compares.
"""

import math
from collections.abc import Iterable, Iterator

import numpy as np

from streaming.indicators.arrays import indicator_arrays
from streaming.indicators.bar import Bar
from streaming.indicators.catalogue import Parameters, indicator_of
from streaming.indicators.running import RunningIndicator, candles_needed
from trading.learning.candles import COLUMNS, CandleTable, Floats, complete_rows
from trading.learning.definitions import READINGS, FeatureSet, Moment, Vector
from trading.learning.errors import CandleTableError

_INDICATORS: tuple[tuple[str, Parameters], ...] = tuple(
    dict.fromkeys((each.indicator, each.parameters) for each in READINGS)
)
_PLACES = tuple(
    (_INDICATORS.index((each.indicator, each.parameters)), indicator_of(each.indicator).outputs.index(each.output))
    for each in READINGS
)
"""Of each reading: which indicator it is of, and which of its outputs."""

HISTORY_NEEDED = max(candles_needed(*each) for each in _INDICATORS) + 1
"""So many closed candles make features the same as a longer history would, to 12 digits."""


class RunningFeatures:
    """The features of one symbol and interval, carried forward candle by candle."""

    def __init__(self, feature_set: FeatureSet, *, interval: int, history: Iterable[Bar] = ()) -> None:
        """Open with closed candles, oldest first; `interval` in ms."""
        self._set = feature_set
        self._interval = interval
        self._open_time: int | None = None
        self._previous_close = math.nan
        self._indicators = _new_indicators()
        for bar in history:
            self.close(bar)

    def close(self, bar: Bar, book_imbalance: float | None = None) -> Vector | None:
        """Take a candle that has closed; return its features, None while there are too few candles or no book.

        After a hole they begin anew. Raise `CandleTableError` for a candle that isn't later than the last one.
        """
        self._follow(bar.open_time)
        for indicator in self._indicators:
            indicator.close(bar)
        close, previous = float(bar.close), self._previous_close
        self._previous_close = close
        readings = self._readings()
        if readings is None or (self._set.needs_book and book_imbalance is None):
            return None
        candle = (float(bar.open), float(bar.high), float(bar.low), close, previous)
        book = math.nan if book_imbalance is None else book_imbalance
        return self._set.vector(Moment._make((*candle, *readings, book)))

    def _follow(self, open_time: int) -> None:
        before, self._open_time = self._open_time, open_time
        if before is None:
            return
        if open_time < before + self._interval:
            raise CandleTableError(f"the candle of {open_time} isn't later than that of {before}")
        if open_time > before + self._interval:
            self._indicators, self._previous_close = _new_indicators(), math.nan

    def _readings(self) -> list[float] | None:
        values = [indicator.floats for indicator in self._indicators]
        found = [outputs[output] for which, output in _PLACES if (outputs := values[which]) is not None]
        return found if len(found) == len(_PLACES) else None


def _new_indicators() -> list[RunningIndicator]:
    return [RunningIndicator(name, parameters) for name, parameters in _INDICATORS]


def feature_matrix(feature_set: FeatureSet, candles: CandleTable, book_imbalance: Floats | None = None) -> Floats:
    """Return the features at each candle's close, a row for each: all NaN where there are none.

    `book_imbalance` has a value for each candle, NaN where it isn't known.
    """
    matrix = np.full((len(candles), len(feature_set.features)), np.nan)
    for stretch in candles.stretches():
        for row, moment in enumerate(_moments(candles, stretch, book_imbalance), stretch.start):
            if moment is not None and not (feature_set.needs_book and math.isnan(moment.book_imbalance)):
                matrix[row] = feature_set.vector(moment)
    return matrix


def _moments(candles: CandleTable, stretch: slice, book_imbalance: Floats | None) -> Iterator[Moment | None]:
    columns = {name: candles.column(name)[stretch] for name in COLUMNS}
    outputs = [indicator_arrays(name, parameters, columns) for name, parameters in _INDICATORS]
    readings = [outputs[which][reading.output] for (which, _), reading in zip(_PLACES, READINGS, strict=True)]
    previous = np.concatenate(([np.nan], columns["close"][:-1]))
    book = np.full(len(previous), np.nan) if book_imbalance is None else book_imbalance[stretch]
    table = (columns["open"], columns["high"], columns["low"], columns["close"], previous, *readings, book)
    complete = complete_rows(np.column_stack(readings))
    for is_complete, row in zip(complete.tolist(), np.column_stack(table).tolist(), strict=True):
        yield Moment._make(row) if is_complete else None

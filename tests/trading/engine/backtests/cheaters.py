"""Strategies that look at the candle that is still to come, each in another way: what a check must find out.

All do the same with it: hold while the next close is higher, be out while it isn't.
"""

import gc
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.parameters import StrategyParameters
from trading.engine.strategies.strategy import Strategy


class NoParameters(StrategyParameters, frozen=True):
    """Nothing to choose."""


class Cheater(Strategy[NoParameters]):
    """What they share: where the next close comes from is each one's own."""

    title = description = "Looks at the next candle"
    Parameters = NoParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        following = self.next_close(candle)
        if following is None:
            return
        broker = self.context.broker
        if following > float(candle.close) and not broker.position:
            broker.buy(quote_amount=broker.cash)
        elif following <= float(candle.close) and broker.position:
            broker.close_position()

    def next_close(self, candle: StrategyCandle) -> float | None:
        """Return the close of the candle after this one; None where it can't be had."""
        raise NotImplementedError


class OfColumnsBase(Cheater):
    """Asks the array of past closes which array it is a part of."""

    name = "of_columns_base"

    def next_close(self, candle: StrategyCandle) -> float | None:
        seen = self.context.data.close
        return _next(_root(seen), _offset(seen) + len(seen) - 1)


class OfSeriesBase(Cheater):
    """Takes the series out of the context, and goes from its columns to the memory that they are views of."""

    name = "of_series_base"

    def next_close(self, candle: StrategyCandle) -> float | None:
        series = _series_within(self.context)
        closes = None if series is None else _root(series.close)
        if series is None or closes is None:
            return None
        at = _offset(series.close) + int(np.searchsorted(series.open_time, candle.open_time))
        following = _next(closes, at)
        return None if following is None else following * float(self.context.instrument.tick_size)


_DATASET: dict[int, float] = {}
"""Closes by when their candles opened, known to whoever imports it."""


class OfGlobalDataset(Cheater):
    """Keeps what it was shown in advance, where it should only say what interests it, as a global dataset."""

    name = "of_global_dataset"

    def __init__(self, parameters: NoParameters, context: Context) -> None:
        super().__init__(parameters, context)
        _DATASET.clear()

        def look_up(candle: StrategyCandle) -> float | None:
            return _DATASET.get(candle.close_time + 1)

        self._look_up = look_up

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        _DATASET.update(zip(data.open_times().tolist(), data.close.tolist(), strict=True))
        return np.ones(len(data), dtype=np.bool_)

    def next_close(self, candle: StrategyCandle) -> float | None:
        return self._look_up(candle)


class OfRunnersFrame(Cheater):
    """Goes up the stack to whoever runs it, who has the series at hand."""

    name = "of_runners_frame"

    def next_close(self, candle: StrategyCandle) -> float | None:
        for owner in _callers():
            series = _series_within(owner)
            if series is not None:
                return _next(series.column("close"), int(np.searchsorted(series.open_time, candle.open_time)))
        return None


class OfIndicatorArrays(Cheater):
    """Takes an average of two closes out of its reading, one place further than it may."""

    name = "of_indicator_arrays"

    def __init__(self, parameters: NoParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self._average = context.indicator("sma", period=2)

    def next_close(self, candle: StrategyCandle) -> float | None:
        arrays = [
            np.asarray(value) for value in _attributes(self._average) if isinstance(value, memoryview | np.ndarray)
        ]
        series = _series_within(self.context)
        if not arrays or series is None:
            return None
        average = _next(arrays[0], int(np.searchsorted(series.open_time, candle.open_time)))
        return None if average is None else 2 * average - float(candle.close)


class OfOwnInterest(Cheater):
    """Says that it is interested in candles that are followed by a higher close, and knows what a call means."""

    name = "of_own_interest"

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        rises = np.zeros(len(data), dtype=np.bool_)
        rises[:-1] = data.close[1:] > data.close[:-1]
        return rises

    def on_candle(self, candle: StrategyCandle) -> None:
        broker = self.context.broker
        broker.cancel_all()
        if broker.position:
            broker.close_position()
        else:
            broker.buy(quote_amount=broker.cash)


class OfAnyObject(Cheater):
    """Searches all objects of the process for the series that holds the most candles, whoever keeps it."""

    name = "of_any_object"

    def __init__(self, parameters: NoParameters, context: Context) -> None:
        super().__init__(parameters, context)
        found = [each for each in gc.get_objects() if isinstance(each, CandleSeries)]
        self._series = max(found, key=len)

    def next_close(self, candle: StrategyCandle) -> float | None:
        at = int(np.searchsorted(self._series.open_time, candle.open_time))
        return _next(self._series.column("close"), at)


CHEATERS: tuple[type[Cheater], ...] = (
    OfColumnsBase,
    OfSeriesBase,
    OfGlobalDataset,
    OfRunnersFrame,
    OfIndicatorArrays,
    OfOwnInterest,
)
"""What cutting the candles off shows, if nothing of what was cut off can be reached from what is left."""
BEYOND_CUTTING: tuple[type[Cheater], ...] = (OfAnyObject,)
"""What finds the candles that were cut off as long as anything in its process holds them."""


def _next(column: NDArray[Any] | None, index: int) -> float | None:
    return float(column[index + 1]) if column is not None and 0 <= index + 1 < len(column) else None


def _root(column: NDArray[Any]) -> NDArray[Any]:
    """Return the array that owns the memory."""
    while isinstance(column.base, np.ndarray):
        column = column.base
    return column


def _offset(column: NDArray[Any]) -> int:
    """Return at which place of the array that owns the memory a column begins."""
    start: int = column.__array_interface__["data"][0]
    root: int = _root(column).__array_interface__["data"][0]
    return (start - root) // column.itemsize


def _series_within(owner: object) -> CandleSeries | None:
    return next((value for value in _attributes(owner) if isinstance(value, CandleSeries)), None)


def _attributes(owner: object) -> Iterator[object]:
    """Give what an object has, in its dictionary and its slots."""
    names = {*getattr(owner, "__dict__", ()), *(slot for kind in type(owner).__mro__ for slot in _slots(kind))}
    for name in sorted(names):
        yield getattr(owner, name, None)


def _slots(kind: type) -> tuple[str, ...]:
    slots = kind.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _callers() -> Iterator[object]:
    """Give what the callers have as `self`, the nearest first, and their local variables."""
    frame: FrameType | None = sys._getframe(1)
    while frame:
        yield from frame.f_locals.values()
        frame = frame.f_back

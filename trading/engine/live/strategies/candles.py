"""The last candles of a strategy that runs live, and the indicators on them, each carried forward candle by candle."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
import numpy as np
from numpy.typing import NDArray

from streaming.indicators.arrays import indicator_arrays
from streaming.indicators.bar import PricesAndVolume
from streaming.indicators.catalogue import Parameters, check_output, indicator_of, whole_parameters
from streaming.indicators.running import RunningIndicator
from trading.engine.strategies.candles import MOST_CANDLES, CandleColumns, Floats

_COLUMNS = ("open", "high", "low", "close", "volume")
_ROOM = 250
"""After so many candles the columns are copied: those that a strategy has kept stay as they were."""


class ClosedCandle(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A candle as a strategy is told of it, wherever it came from."""

    open_time: int
    close_time: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal

    @classmethod
    def of(cls, candle: PricesAndVolume) -> "ClosedCandle":
        """Return a candle without whatever else its source knows of it."""
        return cls(
            open_time=candle.open_time,
            close_time=candle.close_time,
            open=candle.open,
            high=candle.high,
            low=candle.low,
            close=candle.close,
            volume=candle.volume,
        )


class LastCandles:
    """At most `MOST_CANDLES` candles, as columns."""

    def __init__(self) -> None:
        self._values = np.empty((len(_COLUMNS), MOST_CANDLES + _ROOM), dtype=np.float64)
        self._times = np.empty(MOST_CANDLES + _ROOM, dtype=np.int64)
        self._count = 0

    def add(self, candle: ClosedCandle) -> None:
        """Take the next candle."""
        if self._count == len(self._times):
            self._make_room()
        self._times[self._count] = candle.open_time
        for column, name in zip(self._values, _COLUMNS, strict=True):
            column[self._count] = float(getattr(candle, name))
        self._count += 1

    def columns(self) -> "LastColumns":
        """Return them as they are now."""
        part = slice(max(0, self._count - MOST_CANDLES), self._count)
        return LastColumns(self._times[part], self._values[:, part])

    def _make_room(self) -> None:
        """Go on in new columns: a strategy may hold on to a part of the old ones."""
        values, times = np.empty_like(self._values), np.empty_like(self._times)
        values[:, :MOST_CANDLES] = self._values[:, -MOST_CANDLES:]
        times[:MOST_CANDLES] = self._times[-MOST_CANDLES:]
        self._values, self._times, self._count = values, times, MOST_CANDLES


class LastColumns(CandleColumns):
    """Some candles as columns, read-only. Indicators on them know nothing of the candles before these."""

    def __init__(self, times: NDArray[np.int64], values: Floats) -> None:
        self._times = times
        self._values = values
        times.flags.writeable = values.flags.writeable = False

    def column(self, name: str) -> Floats:
        """Return `open`, `high`, `low`, `close` (quote) or `volume` (base)."""
        column: Floats = self._values[_COLUMNS.index(name)]
        return column

    def open_times(self) -> NDArray[np.int64]:
        """Return when each opened, in ms."""
        return self._times

    def indicator(self, name: str, /, *, output: str = "", **parameters: Decimal | float) -> Floats:
        """Return an indicator's output at each candle's close; NaN while it warms up."""
        _, wanted, chosen = reading_key(name, output, parameters)
        columns = dict(zip(_COLUMNS, self._values, strict=True))
        values: Floats = indicator_arrays(name, chosen, columns)[wanted]
        values.flags.writeable = False
        return values


ReadingKey = tuple[str, str, Parameters]
"""An indicator, one of its outputs, and its parameters."""


def reading_key(name: str, output: str, parameters: Mapping[str, Decimal | float]) -> ReadingKey:
    """Return what is asked for, with all defaults; raise `IndicatorParametersError` for what there isn't."""
    chosen = whole_parameters(name, {each: Decimal(str(value)) for each, value in parameters.items()})
    return name, check_output(name, output), chosen


class RunningReading:
    """An indicator as it stands at the last candle that has closed, and as it stood at the one before."""

    def __init__(self, key: ReadingKey, history: Sequence[ClosedCandle]) -> None:
        """Begin with the candles that have closed, oldest first."""
        name, output, parameters = key
        self._place = indicator_of(name).outputs.index(output)
        self._value: float | None = None
        self._previous: float | None = None
        self._running = RunningIndicator(name, parameters, history[:-1])  # type: ignore[arg-type]  # as below
        self._take()
        if history:
            self.add(history[-1])

    @property
    def value(self) -> float | None:
        """What it is at the last closed candle."""
        return self._value

    @property
    def previous(self) -> float | None:
        """What it was at the candle before."""
        return self._previous

    def add(self, candle: ClosedCandle) -> None:
        """Take the next candle."""
        self._running.close(candle)  # type: ignore[arg-type]  # no indicator of ours looks at what only streams tell
        self._take()

    def _take(self) -> None:
        values = self._running.floats
        self._previous, self._value = self._value, values[self._place] if values else None

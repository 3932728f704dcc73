"""What a strategy is given in a backtest: the market as it was known at the close of one candle after another."""

from decimal import Decimal
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from streaming.events.intervals import close_time_of
from trading.engine.backtests.series import CandleSeries, Floats
from trading.engine.backtests.series_indicators import SeriesIndicators
from trading.engine.strategies.broker import Broker
from trading.engine.strategies.candles import MOST_CANDLES, CandleColumns
from trading.engine.strategies.context import Context, IndicatorReading
from trading.engine.strategies.predictions import Prediction
from trading.engine.strategies.signals import Signal, SignalAction

MOST_SIGNALS = 100_000
"""So many signals of a run are kept, the first ones; the others are counted."""


class BacktestClock:
    """The market's time: `time` in ms, moved on by whoever runs the backtest."""

    def __init__(self, time: int) -> None:
        self.time = time

    def now_ms(self) -> int:
        """Return the market's time in ms since the epoch."""
        return self.time


class SeriesColumns(CandleColumns):
    """The candles of a series from one index to before another, as columns."""

    def __init__(self, series: CandleSeries, indicators: SeriesIndicators, start: int, stop: int) -> None:
        self._series = series
        self._indicators = indicators
        self._part = slice(start, stop)

    def column(self, name: str) -> Floats:
        """Return `open`, `high`, `low`, `close` (quote) or `volume` (base)."""
        return self._series.column(name)[self._part]

    def open_times(self) -> NDArray[np.int64]:
        """Return when each opened, in ms."""
        return self._series.open_time[self._part]

    def indicator(self, name: str, /, *, output: str = "", **parameters: Decimal | float) -> Floats:
        """Return an indicator's output at each candle's close; NaN while it warms up."""
        return self._indicators.output(name, output, parameters)[self._part]


class SeriesCandle:
    """One candle of a series, as decimals."""

    __slots__ = ("_index", "_series")

    def __init__(self, series: CandleSeries, index: int) -> None:
        self._series = series
        self._index = index

    @property
    def open_time(self) -> int:
        """Its first ms."""
        return int(self._series.open_time[self._index])

    @property
    def close_time(self) -> int:
        """Its last ms."""
        return close_time_of(self._series.interval, self.open_time)

    @property
    def open(self) -> Decimal:
        """The price at which it opened."""
        return self._series.instrument.price(int(self._series.open[self._index]))

    @property
    def high(self) -> Decimal:
        """Its highest price."""
        return self._series.instrument.price(int(self._series.high[self._index]))

    @property
    def low(self) -> Decimal:
        """Its lowest price."""
        return self._series.instrument.price(int(self._series.low[self._index]))

    @property
    def close(self) -> Decimal:
        """The price at which it closed."""
        return self._series.instrument.price(int(self._series.close[self._index]))

    @property
    def volume(self) -> Decimal:
        """What was traded in it, of base."""
        return self._series.instrument.quantity(int(self._series.volume[self._index]))


class SeriesContext(Context):
    """The context at the close of candle `index`; -1 while none has closed."""

    def __init__(self, series: CandleSeries, indicators: SeriesIndicators, clock: BacktestClock, index: int) -> None:
        self.clock: BacktestClock = clock
        self.instrument = series.instrument
        self.interval = series.interval
        self.broker: Broker
        self.index = index
        self._indicators = indicators
        self.signals: list[Signal] = []
        self.signal_count = 0
        self._series = series
        self._readings: dict[int, SeriesReading] = {}

    @property
    def data(self) -> CandleColumns:
        """The last closed candles."""
        end = self.index + 1
        return SeriesColumns(self._series, self._indicators, max(0, end - MOST_CANDLES), end)

    def all_data(self) -> CandleColumns:
        """Return all candles, with those that are still to come."""
        return SeriesColumns(self._series, self._indicators, 0, len(self._series))

    def indicator(self, name: str, /, *, output: str = "", **parameters: Decimal | float) -> IndicatorReading:
        """Return an indicator's output on closed candles, which goes with the time."""
        values = self._indicators.output(name, output, parameters)
        return self._readings.setdefault(id(values), SeriesReading(values, self))

    def warm_up(self) -> int:
        """Return how many candles of the series pass before all indicators that were asked for have a value."""
        return max((reading.first_value() for reading in self._readings.values()), default=0)

    def signal(
        self,
        action: SignalAction,
        confidence: Decimal = Decimal(1),
        reason: str = "",
        *,
        prediction: Prediction | None = None,
    ) -> None:
        """Keep what should be done; of more than `MOST_SIGNALS` only their number."""
        self.signal_count += 1
        if self.signal_count <= MOST_SIGNALS:
            self.signals.append(Signal(time=self.clock.time, action=action, confidence=confidence, reason=reason))


class SeriesReading:
    """An indicator's values over a series, read at the context's candle."""

    __slots__ = ("_context", "_values")

    def __init__(self, values: Floats, context: SeriesContext) -> None:
        self._values = values.data
        self._context = context

    @property
    def value(self) -> float | None:
        """What it is at the last closed candle."""
        return self._at(self._context.index)

    @property
    def previous(self) -> float | None:
        """What it was at the candle before."""
        return self._at(self._context.index - 1)

    def first_value(self) -> int:
        """Return the index of the first candle at which there is a value; how many candles there are where none is."""
        numbers = np.isfinite(np.asarray(self._values))
        return int(numbers.argmax()) if numbers.any() else len(numbers)

    def _at(self, index: int) -> float | None:
        if index < 0:
            return None
        value = self._values[index]
        return value if isfinite(value) else None

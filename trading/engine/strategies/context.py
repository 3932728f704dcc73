"""What a strategy is given: the time, the market's data, indicators on it, a broker, and a place for its signals."""

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Protocol

from streaming.events import Interval
from trading.engine.instrument import Instrument
from trading.engine.strategies.broker import Broker
from trading.engine.strategies.candles import CandleColumns
from trading.engine.strategies.predictions import Prediction
from trading.engine.strategies.signals import SignalAction


class IndicatorReading(Protocol):
    """An indicator as it stands now: at the last closed candle, and at the one before it; None while it warms up."""

    @property
    def value(self) -> float | None: ...
    @property
    def previous(self) -> float | None: ...


class StrategyClock(Protocol):
    """The time that a strategy goes by."""

    def now_ms(self) -> int:
        """Return the market's time in ms since the epoch: in a backtest, the last ms of the candle that has closed."""
        ...


class Context(ABC):
    """What surrounds one strategy on one instrument; `data` are the last closed candles, at most `MOST_CANDLES`."""

    clock: StrategyClock
    instrument: Instrument
    interval: Interval
    broker: Broker
    prediction: Prediction | None = None
    """Within `on_candle`: what the model that the strategy asks says of it; None where it is silent, or abstains."""

    @property
    def symbol(self) -> str:
        """The instrument's symbol."""
        return self.instrument.symbol

    @property
    @abstractmethod
    def data(self) -> CandleColumns:
        """The last closed candles."""

    @abstractmethod
    def indicator(self, name: str, /, *, output: str = "", **parameters: Decimal | float) -> IndicatorReading:
        """Return an indicator's output (its first by default) on closed candles, which goes with the time.

        Names, parameters and outputs are those of `streaming.indicators.catalogue`; raise `IndicatorParametersError`
        for what isn't there. Ask in the constructor: what is asked for again is the same reading.
        """

    @abstractmethod
    def signal(
        self,
        action: SignalAction,
        confidence: Decimal = Decimal(1),
        reason: str = "",
        *,
        prediction: Prediction | None = None,
    ) -> None:
        """Tell what should be done, and by which `prediction`; whether anything is ordered is the strategy's matter."""

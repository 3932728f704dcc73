"""How busy and restless a symbol is, beside the mood of the whole market: at first as its history ended, then as usual.

Pure: what is known of the last half hour of history goes in, factors come out.
"""

from math import exp, log, sqrt

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import MINUTE, SECOND, merge
from streaming.simulator.candles.days import SECONDS_OF_DAY
from streaming.simulator.market.instruments import Instrument

CALMNESS = 0.37
"""A day's volatility around the present, relative to that of wild days (days.py has equally calm ones at the end)."""

_RECENT_MINUTES = 30
_FADES_SECONDS = 2 * 3600.0
_SPAN_OF_WALK = 1.6  # a random walk spans about so many of its standard deviations
_LEAST_PACE, _MOST_PACE = 0.9, 2.5  # it is always lively; where history was less so, orders are the smaller
_LEAST_SIZE, _MOST_SIZE = 0.15, 4.0
_LEAST_RESTLESS, _MOST_RESTLESS = 0.2, 3.0


class LingeringFactor:
    """A factor that begins as history ended, within bounds, and becomes 1 over hours."""

    def __init__(self, factor: float, least: float, most: float) -> None:
        self._logarithm = log(min(max(factor, least), most))

    @property
    def value(self) -> float:
        """The factor that holds now."""
        return exp(self._logarithm)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._logarithm -= min(1.0, seconds / _FADES_SECONDS) * self._logarithm


class Activity:
    """The factors on the number of a symbol's orders and on their size."""

    def __init__(self, instrument: Instrument, candles: CandleStore, start: int) -> None:
        """Begin as busy as the end of history, at `start`."""
        length = _RECENT_MINUTES * MINUTE
        recent = merge(start - length, candles.cover(start - length, start))
        usual_trades = instrument.trades_per_second * length / SECOND
        self.pace = LingeringFactor(recent.trades / usual_trades, _LEAST_PACE, _MOST_PACE)
        usual_volume = usual_trades * instrument.typical_quantity
        self.size = LingeringFactor(recent.volume / usual_volume / self.pace.value, _LEAST_SIZE, _MOST_SIZE)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.pace.advance(seconds)
        self.size.advance(seconds)


def restlessness(instrument: Instrument, candles: CandleStore, start: int) -> LingeringFactor:
    """Return the factor on the volatility of a symbol's price that lets it move on as widely as before `start`."""
    minutes = candles.rows("1m", None, start - 1, _RECENT_MINUTES)
    moved = sum((candle.high - candle.low) / candle.close for candle in minutes) / len(minutes)
    usual = CALMNESS * instrument.daily_volatility * sqrt(MINUTE / SECOND / SECONDS_OF_DAY) * _SPAN_OF_WALK
    return LingeringFactor(moved / usual, _LEAST_RESTLESS, _MOST_RESTLESS)

"""What the agents think that things are worth: random walks with calm and wild times, moved in common by the market.

Floats are at home here, and here only: they become whole ticks before they become an order.
"""

from math import exp, log, sqrt
from random import Random

from streaming.simulator.candles.days import SECONDS_OF_DAY
from streaming.simulator.market.activity import CALMNESS, LingeringFactor
from streaming.simulator.market.instruments import Instrument

_MOOD_SECONDS = 90.0  # how long a calm or a wild time lasts
_MOOD_SIZE = 0.45
_REVERSION = 3.0  # a day: a price that strayed from its reference is halfway back after six hours
_CONVERGENCE_SECONDS = 3600.0  # slow enough that no symbol drifts at the start
_NOISE_SECONDS = 60.0


class Mood:
    """How wild the times are, around 1: the factor on movement and trading (volatility comes in clusters)."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._excitement = 0.0

    @property
    def factor(self) -> float:
        """The factor that holds now; its mean is near 1."""
        return exp(self._excitement - _MOOD_SIZE**2 / 2)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        rate = min(1.0, seconds / _MOOD_SECONDS)
        shock = self._chance.gauss(0.0, _MOOD_SIZE * sqrt(2 * rate))
        self._excitement += shock - rate * self._excitement


class FairValue:
    """The fair price of one base asset, as a distance from its reference (a logarithm)."""

    def __init__(self, instrument: Instrument, last_close: int, restlessness: LingeringFactor, chance: Random) -> None:
        self._instrument = instrument
        self._restlessness = restlessness
        self._chance = chance
        self._distance = log(last_close / instrument.reference)
        self._own_share = sqrt(1 - instrument.market_share**2)

    @property
    def distance(self) -> float:
        """The logarithm of the fair price over the reference price."""
        return self._distance

    def advance(self, seconds: float, market_shock: float, mood: float) -> None:
        """Let `seconds` pass in which the whole market had `market_shock`, a draw from a standard normal."""
        shock = self._instrument.market_share * market_shock + self._own_share * self._chance.gauss(0.0, 1.0)
        days = seconds / SECONDS_OF_DAY
        self._restlessness.advance(seconds)
        volatility = CALMNESS * self._instrument.daily_volatility * self._restlessness.value * sqrt(days) * mood
        self._distance += volatility * shock - min(1.0, _REVERSION * days) * self._distance


class Basis:
    """How far one symbol of a base asset stands from the asset's fair price: what history left, and little besides."""

    def __init__(self, chance: Random, last_close: int, instrument: Instrument, distance: float) -> None:
        self._chance = chance
        self._instrument = instrument
        self._left = log(last_close / instrument.reference) - distance
        self._noise = 0.0

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._left -= min(1.0, seconds / _CONVERGENCE_SECONDS) * self._left
        rate = min(1.0, seconds / _NOISE_SECONDS)
        self._noise += self._chance.gauss(0.0, 0.00003 * sqrt(2 * rate)) - rate * self._noise

    def price(self, distance: float) -> float:
        """Return the symbol's fair price, in ticks (a fraction of a tick is allowed)."""
        return self._instrument.reference * exp(distance + self._left + self._noise)

"""The days of a symbol's history: wild ones long ago, that bend towards its reference price, then calm ones around it.

The wild days are a walk that depends on the seed alone. Whenever the exchange is started, its present price must be
near the reference; so the days from the Sunday before the week of its start on are calm, and the two months before are
bent to meet them. All starts within one week share one history; starts in other weeks share all that is older.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, sqrt
from typing import NamedTuple

from streaming.simulator.candles.candles import DAY, SECOND, Candle, open_time_at
from streaming.simulator.market.instruments import Instrument
from streaming.simulator.market.randomness import generator

FIRST_DAY = 1_609_459_200_000  # 2021-01-01T00:00:00Z
SECONDS_OF_DAY = DAY // SECOND
BENT_DAYS = 60
"""How many days before the calm ones are bent towards them."""

# How fast a wild price returns to its reference, a day: with a day's volatility of 1.8 % it strays about 5 % from it.
_REVERSION = 0.08
_KEPT_HISTORIES = 16  # of one symbol each
_BENT_DAMPING = 0.5  # how much calmer the last of the bent days is

# Distances of calm days from the reference, in daily volatilities.
_CALM_CLOSE = 0.17
_FURTHEST_CALM_CLOSE = 0.33
_CALM_WICK = 0.5
_FURTHEST_CALM = 0.5


class _Draw(NamedTuple):
    """What chance gave a day: its wild close as a logarithm over the reference, and what the rest is made of."""

    distance: float
    volatility: float
    mood: float
    move: float
    above: float
    below: float


class _Ends(NamedTuple):
    """Where a day ends and how far it went beyond its open and close, as logarithms."""

    close: float
    above: float
    below: float


def draw_days(instrument: Instrument, seed: int, end: int) -> Sequence[Candle]:
    """Return the days of a symbol from the first to the one that holds `end`, a time in ms."""
    return _days(instrument, seed, (end - FIRST_DAY) // DAY + 1)


@lru_cache(maxsize=_KEPT_HISTORIES)
def _days(instrument: Instrument, seed: int, count: int) -> tuple[Candle, ...]:
    """Return the first `count` days; kept, so that an exchange that is opened again the same day is open at once."""
    draws = _draws(instrument, seed, count)
    last_week = open_time_at("1w", FIRST_DAY + (count - 1) * DAY)
    calm_from = max(0, (last_week - DAY - FIRST_DAY) // DAY)
    walk = _DayWalk(instrument, seed)
    bent = _bent(instrument, draws[:calm_from])
    wild = [walk.wild_day(draw, ends) for draw, ends in zip(draws[:calm_from], bent, strict=True)]
    calm = [walk.calm_day(draw) for draw in draws[calm_from:]]
    return (*wild, *calm)


def _draws(instrument: Instrument, seed: int, count: int) -> list[_Draw]:
    """Draw days one after the other: pairs of one base asset have the same, and all move with the market."""
    market, own = generator(seed, "days", "market"), generator(seed, "days", instrument.base)
    own_share = sqrt(1 - instrument.market_share**2)
    distance = mood = 0.0
    draws = []
    for _ in range(count):
        mood = 0.9 * mood + market.gauss(0.0, 0.15)
        volatility = instrument.daily_volatility * exp(mood)
        move = instrument.market_share * market.gauss(0.0, 1.0) + own_share * own.gauss(0.0, 1.0)
        distance += volatility * move - _REVERSION * distance
        above, below = abs(own.gauss(0.0, 0.5)), abs(own.gauss(0.0, 0.5))
        draws.append(_Draw(distance, volatility, mood, move, above, below))
    return draws


def _bent(instrument: Instrument, draws: list[_Draw]) -> list[_Ends]:
    """Return where wild days end: as drawn, but for the last ones, which drift to where calm days begin."""
    ends = []
    for index, draw in enumerate(draws):
        way = max(0.0, 1 - (len(draws) - 1 - index) / BENT_DAYS)
        bend = way * way * (3 - 2 * way)
        damping = 1 - _BENT_DAMPING * bend
        close = damping * (draw.distance - bend * draws[-1].distance) + bend * _calm_close(instrument, draws[-1])
        reach = damping * draw.volatility
        ends.append(_Ends(close, draw.above * reach, draw.below * reach))
    return ends


def _calm_close(instrument: Instrument, draw: _Draw) -> float:
    distance = min(max(_CALM_CLOSE * draw.move, -_FURTHEST_CALM_CLOSE), _FURTHEST_CALM_CLOSE)
    return distance * instrument.daily_volatility


class _DayWalk:
    """Makes candles of draws, one day after the other."""

    def __init__(self, instrument: Instrument, seed: int) -> None:
        self._instrument = instrument
        self._flow = generator(seed, "days", instrument.symbol)
        self._open_time = FIRST_DAY
        self._close = instrument.reference
        self._next_trade_id = 1

    def wild_day(self, draw: _Draw, ends: _Ends) -> Candle:
        """Return the next day, that ends where the bent walk does."""
        close = self._price(ends.close)
        high = round(max(self._close, close) * exp(ends.above)) + 1
        low = round(min(self._close, close) * exp(-ends.below)) - 1
        return self._day(draw, high, low, close)

    def calm_day(self, draw: _Draw) -> Candle:
        """Return the next day, that stays near the reference price from its open to its close."""
        reach = _CALM_WICK * self._instrument.daily_volatility
        furthest = _FURTHEST_CALM * self._instrument.daily_volatility
        close = self._price(_calm_close(self._instrument, draw))
        highest, lowest = self._price(furthest), self._price(-furthest)
        high = min(highest, round(max(self._close, close) * exp(draw.above * reach))) + 1
        low = max(lowest, round(min(self._close, close) * exp(-draw.below * reach))) - 1
        return self._day(draw, high, low, close)

    def _price(self, distance: float) -> int:
        return round(self._instrument.reference * exp(distance))

    def _day(self, draw: _Draw, high: int, low: int, close: int) -> Candle:
        trades, volume, taker_volume = self._volumes(draw.mood)
        open_, self._close = self._close, close
        open_time, self._open_time = self._open_time, self._open_time + DAY
        first_trade_id, self._next_trade_id = self._next_trade_id, self._next_trade_id + trades
        ends = open_ + high + low + close  # the average price of a day is the mean of these four
        return Candle(
            open_time=open_time,
            open=open_,
            high=high,
            low=low,
            close=close,
            volume=volume,
            quote_volume=volume * ends // 4,
            trades=trades,
            taker_volume=taker_volume,
            taker_quote_volume=taker_volume * ends // 4,
            first_trade_id=first_trade_id,
        )

    def _volumes(self, mood: float) -> tuple[int, int, int]:
        busy = exp(mood + self._flow.gauss(0.0, 0.15))
        trades = int(self._instrument.trades_per_second * SECONDS_OF_DAY * busy)
        volume = int(trades * self._instrument.typical_quantity * exp(self._flow.gauss(0.0, 0.1)))
        return trades, volume, int(volume * (0.49 + 0.02 * self._flow.random()))

"""The candles from before the exchange was started, made up from the seed when they are asked for.

Days are drawn one after the other from the exchange's first day; smaller candles are split from larger ones
(subdivision.py). So a candle depends on the seed and its time alone, and all intervals agree.
"""

from collections import OrderedDict
from math import exp, sqrt

from streaming.simulator.candles import DAY, FIXED_LENGTHS, SECOND, Candle
from streaming.simulator.instruments import Instrument
from streaming.simulator.randomness import generator
from streaming.simulator.subdivision import subdivide

FIRST_DAY = 1_609_459_200_000  # 2021-01-01T00:00:00Z
LEVELS: tuple[str, ...] = ("1d", "4h", "1h", "15m", "1m", "1s")
"""The intervals stored or split, the longest first; each divides the one before it. They make up all others."""

SECONDS_OF_DAY = DAY // SECOND

# How fast a price returns to its reference, a day: with a day's volatility of 1.8 % it strays about 5 % from it.
REVERSION = 0.08
_KEPT_SPLITS = 128


class History:
    """The past of one symbol, up to but not including `end`, a whole second."""

    def __init__(self, instrument: Instrument, seed: int, end: int) -> None:
        if end < FIRST_DAY + DAY:
            raise ValueError(f"the exchange opened on 2021-01-01; its clock can't show {end}")
        self.instrument = instrument
        self.end = end
        self._seed = seed
        self._days = draw_days(instrument, seed, (end - FIRST_DAY) // DAY + 1)
        self._parts: OrderedDict[tuple[str, Candle], list[Candle]] = OrderedDict()

    def candle(self, level: str, open_time: int) -> Candle:
        """Return the candle of a level of LEVELS that opens at `open_time`, from FIRST_DAY on."""
        if level == "1d":
            return self._days[(open_time - FIRST_DAY) // DAY]
        parent_level = LEVELS[LEVELS.index(level) - 1]
        parent_time = open_time - open_time % FIXED_LENGTHS[parent_level]
        parts = self.split(self.candle(parent_level, parent_time), parent_level)
        return parts[(open_time - parent_time) // FIXED_LENGTHS[level]]

    def split(self, candle: Candle, level: str) -> list[Candle]:
        """Return the parts of a candle of `level`, in the next finer level; the last ones asked for are kept."""
        key = (level, candle)
        parts = self._parts.get(key)
        if parts is None:
            parts = self._parts[key] = self._split(candle, level)
            if len(self._parts) > _KEPT_SPLITS:
                self._parts.popitem(last=False)
        return parts

    def _split(self, candle: Candle, level: str) -> list[Candle]:
        finer = LEVELS[LEVELS.index(level) + 1]
        length = FIXED_LENGTHS[finer]
        where = (finer, candle.open_time)
        return subdivide(
            candle,
            count=FIXED_LENGTHS[level] // length,
            length=length,
            shape=generator(self._seed, "shape", self.instrument.base, *where),
            flow=generator(self._seed, "flow", self.instrument.symbol, *where),
        )


def draw_days(instrument: Instrument, seed: int, count: int) -> list[Candle]:
    """Return the first `count` days of a symbol: a walk around its reference, with calm and wild times."""
    walk = _DayWalk(instrument, seed)
    return [walk.next_day(FIRST_DAY + index * DAY) for index in range(count)]


class _DayWalk:
    """Draws one day after the other."""

    def __init__(self, instrument: Instrument, seed: int) -> None:
        self._instrument = instrument
        self._market = generator(seed, "days", "market")
        self._shape = generator(seed, "days", instrument.base)
        self._flow = generator(seed, "days", instrument.symbol)
        self._own_share = sqrt(1 - instrument.market_share**2)
        self._distance = 0.0
        self._mood = 0.0
        self._close = instrument.reference
        self._next_trade_id = 1

    def next_day(self, open_time: int) -> Candle:
        open_, high, low, close = self._prices()
        trades, volume, taker_volume = self._volumes()
        ends = open_ + high + low + close  # the average price of a day is the mean of these four
        first_trade_id, self._next_trade_id = self._next_trade_id, self._next_trade_id + trades
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

    def _prices(self) -> tuple[int, int, int, int]:
        share = self._instrument.market_share
        self._mood = 0.9 * self._mood + self._market.gauss(0.0, 0.15)
        volatility = self._instrument.daily_volatility * exp(self._mood)
        move = share * self._market.gauss(0.0, 1.0) + self._own_share * self._shape.gauss(0.0, 1.0)
        self._distance += volatility * move - REVERSION * self._distance
        open_, self._close = self._close, round(self._instrument.reference * exp(self._distance))
        above, below = (abs(self._shape.gauss(0.0, 0.5)) * volatility for _ in range(2))
        high = round(max(open_, self._close) * exp(above)) + 1
        low = round(min(open_, self._close) * exp(-below)) - 1
        return open_, high, low, self._close

    def _volumes(self) -> tuple[int, int, int]:
        busy = exp(self._mood + self._flow.gauss(0.0, 0.15))
        trades = int(self._instrument.trades_per_second * SECONDS_OF_DAY * busy)
        volume = int(trades * self._instrument.typical_quantity * exp(self._flow.gauss(0.0, 0.1)))
        return trades, volume, int(volume * (0.49 + 0.02 * self._flow.random()))

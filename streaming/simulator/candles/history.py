"""The candles from before the exchange was started, made up from the seed when they are asked for.

Days are drawn from the exchange's first day on (days.py); smaller candles are split from larger ones (subdivision.py).
So a candle depends on the seed and its time alone, the last weeks also on the week of the start, and all intervals
agree.
"""

from collections import OrderedDict

from streaming.simulator.candles.candles import DAY, FIXED_LENGTHS, Candle
from streaming.simulator.candles.days import FIRST_DAY, draw_days
from streaming.simulator.candles.subdivision import subdivide
from streaming.simulator.market.instruments import Instrument
from streaming.simulator.market.randomness import generator

LEVELS: tuple[str, ...] = ("1d", "4h", "1h", "15m", "1m", "1s")
"""The intervals stored or split, the longest first; each divides the one before it. They make up all others."""

_KEPT_SPLITS = 128


class History:
    """The past of one symbol, up to but not including `end`, a whole second."""

    def __init__(self, instrument: Instrument, seed: int, end: int) -> None:
        if end < FIRST_DAY + DAY:
            raise ValueError(f"the exchange opened on 2021-01-01; its clock can't show {end}")
        self.instrument = instrument
        self.end = end
        self._seed = seed
        self._days = draw_days(instrument, seed, end)
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

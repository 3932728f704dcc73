"""Ranges of minutes."""

from streaming.events import Interval, Source
from streaming.market.candle_ranges import CandleRange
from tests.market.candles.rows import FIRST, MINUTE

SERIES = {"source": Source.BINANCE, "symbol": "BTCUSDT"}
MINUTES = {**SERIES, "interval": Interval.MINUTE_1}


def minute_range(first: int, last: int) -> CandleRange:
    """Return the candles from one minute after `FIRST` to another."""
    return CandleRange(FIRST + first * MINUTE, FIRST + last * MINUTE)

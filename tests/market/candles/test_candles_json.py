"""Candles as clients are told them."""

from streaming.events import Interval
from streaming.market.candles.candles_json import candles_json
from tests.market.candles.rows import FIRST, candle_row


def test_it_tells_time_prices_and_volume_with_all_their_digits() -> None:
    rows = [candle_row(FIRST), candle_row(FIRST + 60_000, Interval.MINUTE_1, close="1.50")]
    numbers = b"97000.00000000,98000.5,0.00000001"
    expected = b"[[%d,%b,97000.10,33.0],[%d,%b,1.50,33.0]]" % (FIRST, numbers, FIRST + 60_000, numbers)
    assert bytes(candles_json(rows)) == expected


def test_it_tells_of_none() -> None:
    assert bytes(candles_json([])) == b"[]"

"""The imbalance of the order book at the closes of a series' candles, as a column of bytes that processes are given."""

import numpy as np

from streaming.events import Source
from streaming.events.intervals import next_open_time
from trading.engine.backtests.series import CandleSeries
from trading.price_models.book_imbalances import imbalances_known


def book_column(series: CandleSeries, *, source: Source) -> bytes:
    """Return a float of 64 bits for each candle, NaN where the book wasn't noted; nothing where it never was."""
    if not len(series):
        return b""
    last_ms = next_open_time(series.interval, 0) - 1
    closes = series.open_time + last_ms
    start, end = int(closes[0]), int(closes[-1]) + 1
    known = imbalances_known(source=source, symbol=series.instrument.symbol, start=start, end=end)
    if not known:
        return b""
    return np.array([known.get(time, np.nan) for time in closes.tolist()]).tobytes()

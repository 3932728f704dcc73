"""The planted market as stored candles of the exchange, in whole ticks."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from streaming.events import Interval, Source
from streaming.market.candles.storage import candles_store
from streaming.market.sources.answers import KlineRow
from tests.trading.learning.markets import MINUTE
from trading.learning.candles import COLUMNS, CandleTable

_TICK = Decimal("0.01")


def rows_of(candles: CandleTable) -> list[KlineRow]:
    """Return candles as the exchange tells them, to the nearest tick."""
    names = ("open", "high", "low", "close", "volume")
    columns = [[Decimal(value).quantize(_TICK) for value in candles.column(name).tolist()] for name in names]
    return [
        KlineRow(
            open_time=time,
            open=opened,
            high=max(high, opened, close),
            low=min(low, opened, close),
            close=close,
            volume=volume,
            close_time=time + candles.interval - 1,
            quote_volume=Decimal(0),
            trades=1,
        )
        for time, opened, high, low, close, volume in zip(candles.open_time.tolist(), *columns, strict=True)
    ]


def table_of(rows: Sequence[KlineRow]) -> CandleTable:
    """Return candles of a minute as models learn from them."""
    columns = [np.array([float(getattr(row, name)) for row in rows]) for name in COLUMNS]
    return CandleTable(MINUTE, np.array([row.open_time for row in rows], dtype=np.int64), *columns)


def market_stored(candles: CandleTable) -> None:
    """Store them as candles of BTCUSDT."""
    candles_store(source=Source.BINANCE, symbol="BTCUSDT", interval=Interval.MINUTE_1, rows=rows_of(candles))

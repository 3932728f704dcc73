"""A stored candle of an hour ago."""

from decimal import Decimal

from streaming.events import Interval, Source
from streaming.events.intervals import close_time_of, open_time_at
from streaming.market.candles.storage import candles_store
from streaming.market.hourly_change.past_prices import HOUR_MS, MINUTE_MS
from streaming.market.sources.answers import KlineRow


def hour_ago_store(symbol: str, price: Decimal, *, now_ms: int) -> None:
    """Store, as the simulator's, that a symbol cost so much at the end of the last minute before an hour ago."""
    open_time = open_time_at(Interval.MINUTE_1, now_ms - HOUR_MS) - MINUTE_MS
    row = KlineRow(
        open_time=open_time,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=Decimal(1),
        close_time=close_time_of(Interval.MINUTE_1, open_time),
        quote_volume=price,
        trades=1,
    )
    candles_store(source=Source.SIMULATOR, symbol=symbol, interval=Interval.MINUTE_1, rows=[row])

"""The stored candles by which a combined price's change over an hour is known."""

from channels.db import database_sync_to_async

from streaming.events import Source
from streaming.market.candles.reading import stored_candles
from streaming.market.combined.running_candle import INTERVAL
from streaming.market.sources.answers import KlineRow

_READ_MS = 2 * 3_600_000
_MOST = 120


async def past_candles(source: Source, symbol: str, *, now_ms: int) -> tuple[KlineRow, ...]:
    """Return a symbol's candles of the last two hours, as they are stored."""
    return await database_sync_to_async(stored_candles)(
        source=source, symbol=symbol, interval=INTERVAL, start=now_ms - _READ_MS, end=now_ms, limit=_MOST, newest=True
    )

"""The prices of the last hour, from stored candles of a minute."""

from collections.abc import Collection
from decimal import Decimal

from channels.db import database_sync_to_async

from streaming.events import Interval, Source
from streaming.market.hourly_change.past_prices import KEPT_MS
from streaming.market.stored_candles import stored_closes

StoredPrice = tuple[str, int, Decimal]
"""A symbol, the first ms of a minute, and what the symbol cost at the end of it."""


async def stored_prices(source: Source, symbols: Collection[str], *, now_ms: int) -> list[StoredPrice]:
    """Return what is stored of these symbols of a source from the last hour, and the few minutes before."""
    return await database_sync_to_async(stored_closes)(
        source=source, symbols=symbols, interval=Interval.MINUTE_1, start=now_ms - KEPT_MS, end=now_ms
    )

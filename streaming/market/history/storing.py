"""Storing what the exchange's answers teach for good: so much a day, and little at a time.

A thousand candles are stored part by part, each in a turn of its own at the database, so that another's query waits
for one part and not for all. A part is true by itself: what isn't stored is missing, and is fetched again.
"""

from collections.abc import Sequence

import msgspec
import structlog
from django.conf import settings

from streaming.batches import batched
from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.database.fair_queries import in_turn
from streaming.market.candle_ranges import CandleRange
from streaming.market.candles.gaps import gaps_store
from streaming.market.candles.storage import candles_store
from streaming.market.history.candle_query import CandleQuery
from streaming.market.history.daily_quota import DailyQuota
from streaming.market.history.stored import DATABASE_THREAD
from streaming.market.sources.answers import KlineRow

CANDLES_AT_A_TIME = 100

logger = structlog.get_logger(__name__)


class Learned(msgspec.Struct, frozen=True):
    """What an answer of the exchange teaches for good."""

    rows: Sequence[KlineRow] = ()
    gaps: Sequence[CandleRange] = ()


class Storing:
    """Stores what answers of the exchange teach, so much a day. One belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._quota = DailyQuota(clock)

    async def keep(self, candle_query: CandleQuery, learned: Learned) -> None:
        """Store what was learned, in turns of whoever asks; a database that fails is told in the log."""
        symbol, count = candle_query.parameters.symbol, len(learned.rows) + len(learned.gaps)
        if not count:
            return
        if not self._quota.take(count, per_day=settings.HISTORY_STORED_PER_DAY):
            logger.warning("candles aren't stored: enough were today", symbol=symbol, candles=len(learned.rows))
            return
        try:
            await _store(candle_query, learned)
        except AnyDatabaseError as error:
            logger.warning("candles could not be stored", symbol=symbol, reason=repr(error))


async def _store(candle_query: CandleQuery, learned: Learned) -> None:
    for rows in batched(learned.rows, CANDLES_AT_A_TIME):
        await in_turn(_store_candles, executor=DATABASE_THREAD)(candle_query, rows)
    if learned.gaps:
        await in_turn(_store_gaps, executor=DATABASE_THREAD)(candle_query, learned.gaps)


def _store_candles(candle_query: CandleQuery, rows: Sequence[KlineRow]) -> None:
    source, asked = candle_query.exchange.source, candle_query.parameters
    candles_store(source=source, symbol=asked.symbol, interval=asked.interval, rows=rows, now_ms=candle_query.now_ms)


def _store_gaps(candle_query: CandleQuery, gaps: Sequence[CandleRange]) -> None:
    source, asked = candle_query.exchange.source, candle_query.parameters
    gaps_store(source=source, symbol=asked.symbol, interval=asked.interval, gaps=gaps)

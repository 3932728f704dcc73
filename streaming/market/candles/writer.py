"""Storing the closed candles of the stream: never in the reader's way, in batches, and again where it failed."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable
from contextlib import suppress

import msgspec
import structlog
from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.configuration.setting_fields import setting
from streaming.database.errors import AnyDatabaseError
from streaming.events import Candle, Interval, Source
from streaming.events.intervals import close_time_of
from streaming.market.candles.checks import fault_of
from streaming.market.candles.storage import SeriesRows, series_store
from streaming.outage import Outage

logger = structlog.get_logger(__name__)


class CandleWriterLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much and how often is stored; in candles and seconds."""

    batch: int = setting("CANDLES_BATCH")
    gather: float = setting("CANDLES_GATHER_SECONDS")
    retry: float = setting("CANDLES_RETRY_SECONDS")
    waiting: int = setting("CANDLES_WAITING")
    farewell: float = setting("CANDLES_FAREWELL_SECONDS")


class CandleWriter:
    """Stores the final candles that it is offered. `stored`, `refused` and `dropped` count candles, as `waiting` does.

    What is dropped because the database was away for too long isn't lost for ever: it is a hole, which is found as
    every other, and fetched.
    """

    def __init__(self, source: Source, limits: CandleWriterLimits, clock: Clock) -> None:
        self._source = source
        self._limits = limits
        self._clock = clock
        self._waiting: deque[Candle] = deque()
        self._some = asyncio.Event()
        self._outage = Outage("table of candles", clock)
        self._dropped_told = 0
        self.stored = 0
        self.refused = 0
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many candles are still to be stored."""
        return len(self._waiting)

    def offer(self, candle: Candle) -> None:
        """Take a candle, without waiting. One that isn't final is left out; one that can't be is refused, and told."""
        if not candle.is_final:
            return
        fault = fault_of(candle, candle.interval, now_ms=self._closed_by([candle]))
        if fault is not None:
            self.refused += 1
            logger.warning(
                "a closed candle is refused",
                symbol=candle.symbol,
                interval=candle.interval.value,
                open_time=candle.open_time,
                reason=fault,
            )
            return
        self._waiting.append(candle)
        self._bound()
        self._some.set()

    async def run(self) -> None:
        """Store what is offered, until cancelled; then once more, for what waits."""
        pause = self._limits.gather
        try:
            while True:
                await self._some.wait()
                self._some.clear()
                await asyncio.sleep(pause)
                is_stored = await self._store_all()
                pause = self._limits.gather if is_stored else self._limits.retry
                if not is_stored:
                    self._some.set()
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.farewell):
                    await self._store_all()

    async def _store_all(self) -> bool:
        """Store all that waits, batch by batch; return whether the database took it."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(self._limits.batch, len(self._waiting)))]
            try:
                await database_sync_to_async(self._store)(batch)
            except AnyDatabaseError as error:
                self._put_back(batch)
                self._outage.failed(error)
                return False
            except BaseException:
                self._put_back(batch)
                raise
            self.stored += len(batch)
            self._outage.worked()
        self._tell_dropped()
        return True

    def _store(self, candles: list[Candle]) -> None:
        rows: defaultdict[tuple[str, Interval, bool], list[Candle]] = defaultdict(list)
        for candle in candles:
            rows[candle.symbol, candle.interval, candle.repaired].append(candle)
        series = [
            SeriesRows(symbol=symbol, interval=interval, rows=tuple(found), repaired=repaired)
            for (symbol, interval, repaired), found in rows.items()
        ]
        series_store(source=self._source, series=series, now_ms=self._closed_by(candles))

    def _closed_by(self, candles: Iterable[Candle]) -> int:
        """Return a time at which the candles have closed: the exchange says so, and its clock may be ahead of ours."""
        return max(self._clock.now_ms(), *(close_time_of(one.interval, one.open_time) + 1 for one in candles))

    def _put_back(self, batch: list[Candle]) -> None:
        self._waiting.extendleft(reversed(batch))
        self._bound()

    def _bound(self) -> None:
        while len(self._waiting) > self._limits.waiting:
            self._waiting.popleft()
            self.dropped += 1

    def _tell_dropped(self) -> None:
        if self.dropped > self._dropped_told:
            logger.warning("closed candles were dropped while they could not be stored", dropped=self.dropped)
            self._dropped_told = self.dropped

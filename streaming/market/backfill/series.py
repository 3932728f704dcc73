"""The backfill of one series. Whatever it has stored stays, and what is missing is all that it needs to go on."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.events import Interval, Source
from streaming.events.intervals import next_open_time, open_time_at
from streaming.market.backfill.archive import Archive
from streaming.market.backfill.errors import ArchiveError
from streaming.market.backfill.plan import ArchiveStep, CandleOrigin, RestStep, plan_of
from streaming.market.backfill.report import Listener, SeriesReport
from streaming.market.backfill.rest_source import NoCandlesError, Pause, RestCandles, RestPatience
from streaming.market.candle_ranges import (
    CandleRange,
    candle_count,
    candles_between,
    merged_ranges,
    missing_in_range,
    ranges_without,
)
from streaming.market.candles.checks import fault_of
from streaming.market.candles.gaps import gaps_forget, gaps_store, known_gaps
from streaming.market.candles.storage import candles_store
from streaming.market.sources.answers import KlineRow
from streaming.market.sources.source import SourceRest
from streaming.market.stored_candles import missing_ranges, stored_candles


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Where candles come from, and how to wait for them.

    `gap_settled` is how long (ms) after its end a candle that the exchange doesn't have will never come.
    """

    rest: SourceRest
    archive: Archive
    clock: Clock
    pause: Pause
    limits: RestPatience
    gap_settled: int


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Candles of one symbol and interval, and where they may come from."""

    source: Source
    symbol: str
    interval: Interval
    candles: CandleRange
    origin: CandleOrigin
    verify: bool


class SeriesBackfill:
    """Fills one series; `run` it once. `report` is its newest state."""

    def __init__(self, series: Series, sources: Sources, listener: Listener) -> None:
        self.report = SeriesReport(symbol=series.symbol, interval=series.interval)
        self._series = series
        self._sources = sources
        self._listener = listener
        self._key: dict[str, Any] = {
            "source": series.source, "symbol": series.symbol, "interval": series.interval,
        }  # fmt: skip
        self._rest = RestCandles(
            sources.rest,
            symbol=series.symbol,
            interval=series.interval,
            limits=sources.limits,
            pause=sources.pause,
            note=self._note,
        )
        self._rest_refuses = False
        self._absent: list[CandleRange] = []
        self._last_note = ""

    async def run(self) -> SeriesReport:
        """Fetch and store what is missing; return what came of it.

        Raise `BackfillStoppedError` where it can't go on now; that, and cancelling, leave whole files or pages behind.
        """
        wanted = await self._wanted()
        self._tell(wanted=sum(candle_count(self._series.interval, candles) for candles in wanted))
        wanted = await self._since_the_first(wanted)
        plan = plan_of(
            wanted,
            symbol=self._series.symbol,
            interval=self._series.interval,
            origin=self._series.origin,
            now_ms=self._sources.clock.now_ms(),
        )
        for step in plan:
            await self._take(step)
        await self._end()
        return self.report

    async def _wanted(self) -> list[CandleRange]:
        candles = self._series.candles
        if self._series.verify:
            await database_sync_to_async(gaps_forget)(**self._key, within=candles)
            return [candles]
        return await database_sync_to_async(missing_ranges)(**self._key, start=candles.start, end=candles.end)

    async def _since_the_first(self, wanted: list[CandleRange]) -> list[CandleRange]:
        """Return `wanted` without what lies before the first candle that the exchange has of the series.

        That is remembered, so that the exchange must have said so twice: of its first candle, and of what is before.
        """
        if not wanted or self._series.origin is CandleOrigin.ARCHIVE or await self._begins_before(wanted[0].start):
            return wanted
        try:
            first = await self._rest.first_open_time()
            last = wanted[-1].end if first is None else open_time_at(self._series.interval, first - 1)
            before = CandleRange(wanted[0].start, min(last, wanted[-1].end))
            if before.start > before.end or not await self._rest.has_none(before):
                return wanted
        except NoCandlesError as refusal:
            self._do_without_rest(refusal)
            return wanted
        left = ranges_without(self._series.interval, wanted, [before])
        await self._skip(ranges_without(self._series.interval, wanted, left), absent=True)
        return left

    async def _begins_before(self, time: int) -> bool:
        return bool(await database_sync_to_async(stored_candles)(**self._key, end=time - 1, limit=1))

    async def _take(self, step: ArchiveStep | RestStep) -> None:
        if isinstance(step, ArchiveStep):
            await self._from_archive(step)
        else:
            await self._from_rest(step.ranges)

    async def _from_archive(self, step: ArchiveStep) -> None:
        try:
            rows = await self._sources.archive.rows(step.file)
        except ArchiveError as error:
            self._note(f"{error}{self._what_then()}")
            await self._from_rest(step.ranges)
            return
        inside = [row for row in rows if any(part.start <= row.open_time <= part.end for part in step.ranges)]
        holes = [hole for part in step.ranges for hole in self._holes(part, [row.open_time for row in inside])]
        await self._store(inside, from_archive=len(inside), done=len(inside))
        if holes:
            count = sum(candle_count(self._series.interval, hole) for hole in holes)
            self._note(f"{step.file.name}.zip lacks {count:,} candles{self._what_then()}")
            await self._from_rest(holes)

    def _what_then(self) -> str:
        return "" if self._series.origin is CandleOrigin.ARCHIVE or self._rest_refuses else "; asking REST for them"

    def _holes(self, part: CandleRange, open_times: Sequence[int]) -> list[CandleRange]:
        inside = [time for time in open_times if part.start <= time <= part.end]
        return missing_in_range(self._series.interval, part, inside)

    async def _from_rest(self, ranges: Sequence[CandleRange]) -> None:
        for candles in ranges:
            start = candles.start
            while start <= candles.end:
                left = CandleRange(start, candles.end)
                if self._rest_refuses or self._series.origin is CandleOrigin.ARCHIVE:
                    await self._skip([left], absent=False)
                    break
                start = await self._page(left)

    async def _page(self, candles: CandleRange) -> int:
        """Store one page of REST; return when the candle opens with which to go on.

        Where it holds what wasn't asked for, nothing follows from what it lacks.
        """
        interval = self._series.interval
        try:
            rows = await self._rest.page(candles)
        except NoCandlesError as refusal:
            self._do_without_rest(refusal)
            return candles.start
        by_time = {row.open_time: row for row in rows if candles.start <= row.open_time <= candles.end}
        last = open_time_at(interval, max(by_time)) if by_time else candles.end
        good = self._possible([by_time[time] for time in sorted(by_time)])
        on_grid = sorted({time for time in by_time if open_time_at(interval, time) == time})
        await self._store(good, from_rest=len(good), done=len(on_grid))
        is_odd = len(on_grid) < len({row.open_time for row in rows})
        await self._skip(self._holes(CandleRange(candles.start, last), on_grid), absent=not is_odd)
        return next_open_time(interval, last)

    def _possible(self, rows: Sequence[KlineRow]) -> list[KlineRow]:
        """Return the rows that can be stored; tell of the others."""
        now = self._sources.clock.now_ms()
        faults = {row.open_time: fault_of(row, self._series.interval, now_ms=now) for row in rows}
        odd = {time: fault for time, fault in faults.items() if fault is not None}
        if odd:
            time, fault = next(iter(odd.items()))
            self._note(f"the exchange gave {len(odd)} candles that can't be; the first, of {time}: {fault}")
        return [row for row in rows if row.open_time not in odd]

    def _do_without_rest(self, refusal: NoCandlesError) -> None:
        self._note(f"the exchange's REST gives no candles of {self._series.symbol}: {refusal}")
        self._rest_refuses = True

    async def _skip(self, ranges: Sequence[CandleRange], *, absent: bool) -> None:
        """Count candles that don't come; where they are `absent` on the exchange, remember those that never will."""
        interval = self._series.interval
        if not ranges:
            return
        if absent:
            self._absent += ranges
            settled = open_time_at(interval, self._sources.clock.now_ms() - self._sources.gap_settled) - 1
            old = [candles_between(interval, one.start, min(one.end, settled)) for one in ranges]
            await database_sync_to_async(gaps_store)(**self._key, gaps=[one for one in old if one is not None])
        self._tell(done=self.report.done + sum(candle_count(interval, candles) for candles in ranges))

    async def _store(self, rows: Sequence[KlineRow], *, done: int, from_archive: int = 0, from_rest: int = 0) -> None:
        """Store rows in one transaction; when cancelled, end it first."""

        async def store() -> None:
            stored = await database_sync_to_async(candles_store)(
                **self._key, rows=rows, now_ms=self._sources.clock.now_ms()
            )
            self._tell(
                done=self.report.done + done,
                from_archive=self.report.from_archive + from_archive,
                from_rest=self.report.from_rest + from_rest,
                added=self.report.added + stored.added,
                changed=self.report.changed + stored.changed,
            )

        storing = asyncio.ensure_future(store())
        try:
            await asyncio.shield(storing)
        except asyncio.CancelledError:
            await asyncio.wait([storing])
            raise

    async def _end(self) -> None:
        interval, candles = self._series.interval, self._series.candles
        missing = await database_sync_to_async(missing_ranges)(
            **self._key, start=candles.start, end=candles.end, known_gaps_too=True
        )
        known = await database_sync_to_async(known_gaps)(**self._key, within=candles)
        unfilled = ranges_without(interval, missing, merged_ranges(interval, [*known, *self._absent]))
        absent = ranges_without(interval, missing, unfilled)
        self._tell(absent=tuple(absent), unfilled=tuple(unfilled), ended=True)

    def _tell(self, **changes: Any) -> None:
        self.report = msgspec.structs.replace(self.report, **changes)
        self._listener.progress(self.report)

    def _note(self, text: str) -> None:
        if text != self._last_note:
            self._last_note = text
            self._listener.note(self.report, text)

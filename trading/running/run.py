"""One backtest, from the candles that it needs to its result; the same for the worker and for the command line."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec
from django.conf import settings
from msgspec.structs import replace

from streaming.clock import Clock
from streaming.events import Interval
from streaming.events.intervals import next_open_time
from streaming.market.candle_ranges import CandleRange
from streaming.market.errors import CandlesUnavailableError
from streaming.market.missing_candles import missing_candles_fetch
from streaming.market.own_source import own_source
from streaming.workers.database_thread import DatabaseThread
from trading.backtests.closed_candles import closed_candles
from trading.backtests.market_checks import no_candles
from trading.backtests.stored_plans import sweep_terms_of, terms_of
from trading.candles.decimal_columns import ColumnsTooLargeError
from trading.candles.series import SeriesRange, finer_series, stored_series
from trading.engine.backtests.plan import Progress
from trading.engine.backtests.series import CandleSeries
from trading.models import Backtest
from trading.running.asked_versions import versions_asked
from trading.running.book_columns import book_column
from trading.running.history import History, history_of
from trading.running.jobs import Advanced, CellDone, Ended, Job
from trading.running.process import ProcessDiedError, RunFailedError, run_in_process
from trading.running.shared_candles import shared
from trading.running.slots import RunStoppedError, held_slot
from trading.running.sweep import SweepRun

T = TypeVar("T")


class RunListener(Protocol):
    """Whoever shows how far a run is."""

    def fetched(self, done: int, wanted: int) -> None:
        """Take how many of how many missing candles have had their turn."""
        ...

    def ran(self, progress: Progress) -> None:
        """Take how far the run itself is."""
        ...

    def swept(self, done: int) -> None:
        """Take how many runs of a sweep are done."""
        ...


class Candles(msgspec.Struct, frozen=True):
    """What a run needs: its candles with those before its start, and finer ones, where they are stored.

    `end` (ms) is when the last of them that could have closed by now ends: what comes after it is no gap. The strategy
    knows those that open from `warm_from` (ms) on; the ones before are told to its models alone. `models` are the
    versions that its strategy may ask, by their kind; `books` are those at the candles' closes.
    """

    series: CandleSeries
    finer: CandleSeries | None
    end: int
    warm_from: int
    models: Mapping[str, Sequence[bytes]] = {}
    books: bytes = b""


async def candles_of(
    backtest: Backtest, listener: RunListener, *, stopping: asyncio.Event, database: DatabaseThread, clock: Clock
) -> Candles:
    """Fetch what is missing of a backtest's candles, and return them.

    Raise `RunFailedError` where there are none, or the exchange doesn't answer; `RunStoppedError` once `stopping` is
    set.
    """
    interval = Interval(backtest.interval)
    candles = closed_candles(interval, backtest.start, backtest.end, now_ms=clock.now_ms())
    if candles is None:
        raise RunFailedError(_none(backtest))
    history = await _unless(stopping, database.run(history_of, backtest, candles.start))
    await _unless(stopping, _fetch(backtest, CandleRange(history.candles_from, candles.end), listener, clock))
    found = await _unless(stopping, database.run(_read, backtest, history, next_open_time(interval, candles.end)))
    if not len(found.series.between(backtest.start, backtest.end)):
        raise RunFailedError(_none(backtest))
    return found


async def run_of(
    backtest: Backtest,
    candles: Candles,
    listener: RunListener,
    *,
    trials: int,
    stopping: asyncio.Event,
    slots: asyncio.Semaphore,
    checks: bool = False,
) -> Ended:
    """Run a backtest in a process of its own, a sweep in several, and return what came of it; or its full `checks`.

    `slots` are the processes that all backtests together may have. Raise like `run_in_process`, and `RunStoppedError`
    where a single run is to stop before one is free.
    """
    series = [candles.series] if candles.finer is None else [candles.series, candles.finer]
    with shared(series) as (memory, places):
        job = Job(
            terms=replace(terms_of(backtest, candles.series.instrument), end=min(backtest.end, candles.end)),
            memory=memory,
            candles=places[0],
            warm_from=candles.warm_from,
            finer=places[1] if len(places) > 1 else None,
            trials=trials,
            sweep=sweep_terms_of(backtest),
            runs=backtest.runs,
            checks=checks,
            models=candles.models,
            books=candles.books,
        )
        if job.sweep is not None:
            return await _raised_once(SweepRun(job, slots=slots, stopping=stopping).run(listener.swept))
        async with held_slot(slots, stopping=stopping):
            return await _run(job, listener, stopping)


async def _run(job: Job, listener: RunListener, stopping: asyncio.Event) -> Ended:
    def heard(message: Advanced | CellDone) -> None:
        if isinstance(message, Advanced):
            listener.ran(message.progress)

    return await run_in_process(job, heard=heard, stopping=stopping, stop_seconds=settings.BACKTESTS_CANCEL_SECONDS)


async def _raised_once(work: Awaitable[Ended]) -> Ended:
    """Return what several processes came to; of what they raise, one speaks for all."""
    try:
        return await work
    except* (RunFailedError, ProcessDiedError) as errors:
        raised = errors.exceptions[0]
    raise raised


async def _fetch(backtest: Backtest, candles: CandleRange, listener: RunListener, clock: Clock) -> None:
    try:
        await missing_candles_fetch(
            source=own_source(),
            symbol=backtest.symbol,
            interval=Interval(backtest.interval),
            candles=candles,
            fetched=listener.fetched,
            clock=clock,
        )
    except CandlesUnavailableError as error:
        raise RunFailedError(str(error)) from error


def _read(backtest: Backtest, history: History, end: int) -> Candles:
    wanted = SeriesRange(
        source=own_source(),
        symbol=backtest.symbol,
        interval=Interval(backtest.interval),
        start=history.candles_from,
        end=end,
    )
    try:
        series = stored_series(wanted)
        within = replace(wanted, start=backtest.start)
        finer = finer_series(within, series.instrument, most=settings.BACKTESTS_MAXIMUM_CANDLES)
    except ColumnsTooLargeError as error:
        raise RunFailedError(str(error)) from error
    models = versions_asked(backtest)
    books = book_column(series, source=wanted.source) if models else b""
    return Candles(series, finer, end, history.warm_from, models, books)


async def _unless(stopping: asyncio.Event, work: Awaitable[T]) -> T:
    """Return what `work` does; raise `RunStoppedError`, having cancelled it, once `stopping` is set."""
    task, stop = asyncio.ensure_future(work), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise RunStoppedError
        return task.result()
    finally:
        stop.cancel()
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)  # what it raises now is no reason of the run's


def _none(backtest: Backtest) -> str:
    return no_candles(backtest.symbol, Interval(backtest.interval), backtest.start, backtest.end)

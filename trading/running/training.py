"""One training, from the candles that it needs to the version that is published: for worker and command line."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
from django.conf import settings

from streaming.clock import Clock
from streaming.events.intervals import next_open_time, open_time_at
from streaming.market.candle_ranges import CandleRange
from streaming.market.errors import CandlesUnavailableError
from streaming.market.missing_candles import Fetched, missing_candles_fetch
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from trading.candles.decimal_columns import ColumnsTooLargeError
from trading.candles.series import SeriesRange, stored_series
from trading.engine.backtests.results.executions import TradedInstrument
from trading.engine.backtests.series import CandleSeries
from trading.models import ModelVersion
from trading.price_models.selectors import ModelName
from trading.price_models.services import model_version_publish
from trading.running.book_columns import book_column
from trading.running.jobs import TrainingJob
from trading.running.process import RunFailedError, run_in_process
from trading.running.shared_candles import shared
from trading.running.slots import held_slot

_DAY = timedelta(days=1) // timedelta(milliseconds=1)
_HOUR = timedelta(hours=1) // timedelta(milliseconds=1)


class TrainingTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is trained, on the candles of how many days up to now."""

    name: ModelName
    days: int


def nightly_terms(name: ModelName) -> TrainingTerms:
    """Return the terms of the settings."""
    return TrainingTerms(name=name, days=settings.LEARNING_DAYS)


async def model_trained(
    terms: TrainingTerms,
    *,
    fetched: Fetched,
    begins: Callable[[], None],
    stopping: asyncio.Event,
    slots: asyncio.Semaphore,
    database: DatabaseThread,
    clock: Clock,
) -> ModelVersion:
    """Train a model and publish it; `fetched` is told of candles that were missing, `begins` when it learns.

    Raise `RunFailedError` for what can't be trained, with the reason in words, and what `run_in_process` and
    `held_slot` raise; then nothing has changed. Cancelled, no process is left.
    """
    series, books = await _candles(terms, fetched, database, clock)
    with shared([series]) as (memory, places):
        job = TrainingJob(
            kind=terms.name.algorithm,
            traded=TradedInstrument.of(series.instrument),
            minimum_notional=series.instrument.minimum_notional,
            settings=learning_settings(),
            trained_at=clock.now_ms(),
            memory=memory,
            candles=places[0],
            books=books,
        )
        async with held_slot(slots, stopping=stopping):
            begins()
            ended = await run_in_process(
                job, heard=lambda _: None, stopping=stopping, stop_seconds=settings.BACKTESTS_CANCEL_SECONDS
            )
    return await database.run(
        model_version_publish, trained=ended.data, source=terms.name.source, now=moment(clock.now_ms())
    )


def learning_settings() -> Mapping[str, Any]:
    """Return what the settings say of trainings, as a `LearningSettings` is read from it."""
    return {
        "horizon": settings.LEARNING_HORIZON,
        "fee_rate": float(settings.PAPER_TAKER_FEE),
        "abstain_within": settings.LEARNING_ABSTAIN_WITHIN,
        "seed": settings.LEARNING_SEED,
        "valid_for": settings.LEARNING_VALID_HOURS * _HOUR,
    }


async def _candles(
    terms: TrainingTerms, fetched: Fetched, database: DatabaseThread, clock: Clock
) -> tuple[CandleSeries, bytes]:
    """Return the closed candles of the days up to now, those that were missing fetched, with the books then."""
    symbol, interval, _, source = terms.name
    end = open_time_at(interval, clock.now_ms())
    start = open_time_at(interval, max(0, end - terms.days * _DAY))
    last = end - next_open_time(interval, 0)
    try:
        await missing_candles_fetch(
            source=source,
            symbol=symbol,
            interval=interval,
            candles=CandleRange(start, last),
            fetched=fetched,
            clock=clock,
        )
        wanted = SeriesRange(source=source, symbol=symbol, interval=interval, start=start, end=end)
        series = await database.run(stored_series, wanted)
        return series, await database.run(partial(book_column, series, source=source))
    except (CandlesUnavailableError, ColumnsTooLargeError) as error:
        raise RunFailedError(str(error)) from error

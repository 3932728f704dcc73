"""The services: filling series one after the other, and telling what is missing of them."""

import asyncio
from collections.abc import Iterator
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings

from streaming.clock import Clock, SystemClock
from streaming.events import Source
from streaming.market.backfill.archive import Archive
from streaming.market.backfill.errors import BackfillRefusedError, BackfillStoppedError
from streaming.market.backfill.plan import CandleOrigin
from streaming.market.backfill.report import Listener, SeriesReport
from streaming.market.backfill.request import BackfillRequest, RequestLimits
from streaming.market.backfill.rest_source import Pause, RestPatience
from streaming.market.backfill.series import Series, SeriesBackfill, Sources
from streaming.market.backfill.symbols import check_symbols
from streaming.market.candle_ranges import candle_count, ranges_without
from streaming.market.errors import MarketUnavailableError
from streaming.market.missing_symbols import missing_symbols_fetch
from streaming.market.own_source import own_source
from streaming.market.sources.discovery import source_of
from streaming.market.sources.source import SourceRest
from streaming.market.stored_candles import missing_ranges

_BINANCE_ARCHIVE = "https://data.binance.vision"


async def candles_backfill(
    request: BackfillRequest,
    listener: Listener,
    *,
    rest: SourceRest | None = None,
    clock: Clock | None = None,
    pause: Pause = asyncio.sleep,
) -> tuple[SeriesReport, ...]:
    """Fetch and store what is missing of each series, and return what came of each; `listener` hears all of it.

    Each archive file and each page of REST is stored in one transaction, so that it may be cancelled or killed at any
    point, and begun again. Raise `BackfillRefusedError`, having stored no candle, where a symbol is unknown or the
    exchange has nothing of the range, and `BackfillStoppedError` where it can't go on now.

    `rest` is the settings' by default; `pause` waits so many seconds.
    """
    clock = clock or SystemClock()
    rest = rest or source_of(request.source).rest()
    await _check_symbols(request, rest, clock)
    async with _archive(clock) as archive:
        sources = Sources(
            rest=rest,
            archive=archive,
            clock=clock,
            pause=pause,
            limits=RestPatience(),
            gap_settled=round(settings.HISTORY_GAP_SETTLED_SECONDS * 1000),
        )
        reports = [await SeriesBackfill(series, sources, listener).run() for series in _series(request)]
    _refuse_nothing(request, reports)
    return tuple(reports)


async def _check_symbols(request: BackfillRequest, rest: SourceRest, clock: Clock) -> None:
    """Raise where a symbol is unknown, or where none are known and the exchange doesn't tell them."""
    try:
        await missing_symbols_fetch(source=request.source, rest=rest, clock=clock)
    except MarketUnavailableError as error:
        raise BackfillStoppedError(str(error)) from error
    await check_symbols(request.symbols, source=request.source)


def _refuse_nothing(request: BackfillRequest, reports: list[SeriesReport]) -> None:
    """Raise where the exchange has no single candle of any series."""
    if request.origin is not CandleOrigin.ARCHIVE and all(_has_none(request, report) for report in reports):
        names = ", ".join(report.name for report in reports)
        raise BackfillRefusedError(f"The exchange has no candles of {names} in this range.")


def _has_none(request: BackfillRequest, report: SeriesReport) -> bool:
    return report.absent == (request.candles[report.interval],)


async def candles_check(request: BackfillRequest, *, clock: Clock | None = None) -> tuple[SeriesReport, ...]:
    """Return what is missing of each series, without asking the exchange for any candle.

    Raise `BackfillRefusedError` where a symbol is unknown.
    """
    rest = source_of(request.source).rest()
    await _check_symbols(request, rest, clock or SystemClock())
    return tuple([await database_sync_to_async(_check)(series) for series in _series(request)])


def _check(series: Series) -> SeriesReport:
    key: dict[str, Any] = {"source": series.source, "symbol": series.symbol, "interval": series.interval}
    start, end = series.candles.start, series.candles.end
    missing = missing_ranges(**key, start=start, end=end, known_gaps_too=True)
    unfilled = missing_ranges(**key, start=start, end=end)
    return SeriesReport(
        symbol=series.symbol,
        interval=series.interval,
        wanted=candle_count(series.interval, series.candles),
        absent=tuple(ranges_without(series.interval, missing, unfilled)),
        unfilled=tuple(unfilled),
        ended=True,
    )


def _series(request: BackfillRequest) -> Iterator[Series]:
    for symbol in request.symbols:
        for interval, candles in request.candles.items():
            yield Series(
                source=request.source,
                symbol=symbol,
                interval=interval,
                candles=candles,
                origin=request.origin,
                verify=request.verify,
            )


def request_limits() -> RequestLimits:
    """Return what the settings allow of one request."""
    return RequestLimits(
        maximum_candles=settings.BACKFILL_MAXIMUM_CANDLES,
        settled=round(settings.BACKFILL_CLOSED_SECONDS * 1000),
    )


def archive_url() -> str:
    """Return the archive's base address; with the simulator never Binance's, whose candles would pass for its own."""
    url: str = settings.EXCHANGE_ARCHIVE_URL
    own: str = settings.EXCHANGE_REST_URL
    is_simulated = own_source() is Source.SIMULATOR
    return own if is_simulated and url.rstrip("/") == _BINANCE_ARCHIVE else url


def _archive(clock: Clock) -> Archive:
    return Archive(
        archive_url(),
        folder=settings.VAR_DIR,
        timeout=settings.EXCHANGE_ARCHIVE_TIMEOUT_SECONDS,
        maximum_bytes=settings.EXCHANGE_ARCHIVE_MAXIMUM_BYTES,
        attempts=settings.EXCHANGE_ARCHIVE_ATTEMPTS,
        clock=clock,
    )

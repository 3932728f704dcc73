"""Section 1.8: candles of the past, by REST and from the archive."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from streaming.clock import ManualClock
from streaming.events import Interval, Source
from streaming.market.backfill.backfill import candles_backfill
from streaming.market.backfill.plan import Origin
from streaming.market.backfill.report import SeriesReport
from streaming.market.backfill.request import RequestLimits, backfill_request
from streaming.market.binance.rest_parser import KlineRow, parse_csv_kline, parse_klines
from streaming.market.candles.reading import stored_candles
from streaming.simulator.archive.faults import ArchiveFault, ArchiveFaultKind
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import Made, bridging, interrupt, settings_for, simulating
from tests.exchange_rules.rules import rule
from tests.market.backfill.conftest import NOW, Heard, ms
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

MINUTE, DAY = 60_000, 86_400_000


@pytest.fixture
async def still(settings: Settings, tmp_path: Path) -> AsyncIterator[SimulatedExchange]:
    """Run an exchange whose clock stands still in March 2026, as the one that the settings name."""
    async with simulating(clock=ManualClock(NOW), tick_interval=None) as exchange:
        settings.VAR_DIR = tmp_path
        settings.EXCHANGE_SOURCE = "simulator"
        settings.EXCHANGE_REST_URL = exchange.rest_url
        settings.EXCHANGE_ARCHIVE_URL = exchange.rest_url
        settings.EXCHANGE_REST_WEIGHT_PER_MINUTE = 100_000
        yield exchange


async def fill(
    start: str, end: str, *, interval: str = "1m", origin: Origin = Origin.AUTO
) -> tuple[SeriesReport, Heard]:
    """Backfill a range of BTCUSDT; return the report, and what was told on the way."""
    request = backfill_request(
        source=Source.SIMULATOR, symbols=["BTCUSDT"], intervals=[interval], start=start, end=end, origin=origin,
        verify=False, now_ms=NOW, limits=RequestLimits(maximum_candles=100_000, settled=10_000),
    )  # fmt: skip
    heard = Heard()
    (report,) = await candles_backfill(request, heard, clock=ManualClock(NOW))
    return report, heard


@sync_to_async
def stored(interval: Interval = Interval.MINUTE_1) -> tuple[KlineRow, ...]:
    """Return what is stored of BTCUSDT."""
    return stored_candles(source=Source.SIMULATOR, symbol="BTCUSDT", interval=interval)


def files(exchange: SimulatedExchange) -> list[str]:
    """Return the names of the archive's files that were asked for, in order."""
    return [path.rpartition("/")[2] for path in exchange.requests if path.startswith("/data/")]


@rule("1.8.1")
async def test_klines_are_paged_by_a_thousand_from_the_oldest(still: SimulatedExchange) -> None:
    """1000 rows for a weight of 2, from `startTime` on the oldest first. So a year of minutes is 526 requests; here a
    day and a half, 2160 candles, is three pages, and every candle is there once.
    """
    report, _ = await fill("2026-03-08T00:00", "2026-03-09T12:00", origin=Origin.REST)
    pages = [path for path in still.requests if path.startswith("/api/v3/klines") and "limit=1000" in path]
    assert (len(pages), report.from_rest) == (3, 2160)
    opens = [row.open_time for row in await stored()]
    assert opens == list(range(ms("2026-03-08"), ms("2026-03-09T12:00"), MINUTE))
    assert -(-365 * 1440 // 1000) == 526


@rule("1.8.2")
async def test_archive_files_are_taken_with_their_checksum_and_months_are_spelt_1mo(still: SimulatedExchange) -> None:
    """A zip for each day and each month, with its SHA-256 beside it; `1M` is `1mo` in names. A file that doesn't fit
    its checksum is not stored: REST has its candles.
    """
    await fill("2025-06-01", "2025-08-01", interval="1M", origin=Origin.ARCHIVE)
    assert "BTCUSDT-1mo-2025-06.zip" in files(still)
    assert "BTCUSDT-1mo-2025-06.zip.CHECKSUM" in files(still)
    assert len(await stored(Interval.MONTH_1)) == 2
    still.archive.faults.inject(ArchiveFault(kind=ArchiveFaultKind.WRONG_CHECKSUM))
    report, heard = await fill("2026-03-02", "2026-03-03")
    assert (report.from_archive, report.from_rest) == (0, 1440)
    assert any("checksum" in note for note in heard.notes)


@rule("1.8.3")
async def test_times_in_microseconds_are_told_by_their_size(still: SimulatedExchange) -> None:
    """Times are in microseconds from 2025 on, in ms before: their size tells which, never a file's date."""
    in_ms = "1735689540000,1,2,1,2,5,1735689599999,9,3,1,1,0"
    in_us = "1735689540000000,1,2,1,2,5,1735689599999999,9,3,1,1,0"
    assert parse_csv_kline(in_ms) == parse_csv_kline(in_us)
    report, _ = await fill("2024-12-31", "2025-01-02", interval="15m", origin=Origin.ARCHIVE)
    assert report.from_archive == 192
    opens = [row.open_time for row in await stored(Interval.MINUTE_15)]
    assert opens == list(range(ms("2024-12-31"), ms("2025-01-02"), 15 * MINUTE))


@rule("1.8.4")
@pytest.mark.parametrize("kind", [ArchiveFaultKind.HOLE, ArchiveFaultKind.MISSING])
async def test_files_with_headers_or_holes_or_none_end_in_the_same_candles(
    still: SimulatedExchange, kind: ArchiveFaultKind
) -> None:
    """Files may have a header row, lack minutes, or not be there (404): what they lack comes from REST."""
    still.archive.faults.inject(ArchiveFault(kind=kind, files="*-03-03", row=10, rows=7))
    report, _ = await fill("2026-03-02", "2026-03-04")
    by_rest = 7 if kind is ArchiveFaultKind.HOLE else 1440
    assert (report.from_archive, report.from_rest) == (2880 - by_rest, by_rest)
    assert (report.absent, report.unfilled) == ((), ())
    opens = [row.open_time for row in await stored()]
    assert opens == list(range(ms("2026-03-02"), ms("2026-03-04"), MINUTE))
    assert parse_csv_kline("open_time,open,high,low,close,volume,close_time,quote_volume,count") is None


@rule("1.8.5")
async def test_what_a_stream_missed_comes_from_rest(simulator: SimulatedExchange) -> None:
    """A stream never replays. After a time without it, the candles and trades between are asked of REST, marked as
    repaired, and each is told once, in order.
    """
    made = Made(simulator, "BTCUSDT")
    async with bridging(settings_for(simulator)) as bridged:
        candles, trades = await bridged.read(
            Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1), Topic(MarketKind.TRADE, "BTCUSDT")
        )
        await until(lambda: len(candles.closed) >= 2 and len(trades.trades) > 10)
        await interrupt(simulator, made, seconds=3)
        await until(lambda: candles.resyncs and trades.resyncs)
        assert candles.resyncs[0].complete
        assert trades.resyncs[0].complete
        opens = [candle.open_time for candle in candles.closed]
        assert opens == made.closed_between("1s", opens[0], opens[-1])
        assert any(candle.repaired for candle in candles.closed)
        ids = trades.trade_ids
        assert ids == made.trades_between(ids[0], ids[-1])
    asked = [path.partition("?")[0] for path in simulator.requests]
    assert {"/api/v3/klines", "/api/v3/trades"} <= set(asked)
    assert parse_klines(b"[]") == ()

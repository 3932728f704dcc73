"""Downloading from the simulator's archive over HTTP, and from servers that do what none should."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from streaming.events import Interval
from streaming.events.intervals import open_times
from streaming.market.backfill.archive import Archive
from streaming.market.backfill.archive_files import ArchiveFile, Period
from streaming.market.backfill.errors import ArchiveMissingError, ArchiveRefusedError, ArchiveUnavailableError
from streaming.market.sources.binance.rest_parser import each_kline
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from streaming.simulator.archive.faults import ArchiveFault, ArchiveFaultKind
from streaming.simulator.server import SimulatedExchange
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market.backfill.conftest import NOW, ms
from tests.market.raw_server import Talk, raw_server

DAY = ArchiveFile("BTCUSDT", Interval.HOUR_1, Period.DAY, ms("2026-03-01"))


@asynccontextmanager
async def archive_at(url: str, folder: Path, *, seconds: float = 10.0, attempts: int = 3) -> AsyncIterator[Archive]:
    """Open the archive at an address."""
    made = Archive(
        url, folder=folder, timeout=seconds, maximum_bytes=500_000, attempts=attempts, clock=ManualClock(NOW)
    )
    async with made as opened:
        yield opened


@pytest.fixture
async def archive(simulator: SimulatedExchange, tmp_path: Path) -> AsyncIterator[Archive]:
    """Open the simulator's archive."""
    async with archive_at(simulator.rest_url, tmp_path) as opened:
        yield opened


@rule("1.8.2")
@pytest.mark.parametrize(
    ("interval", "period", "start"),
    [
        (Interval.HOUR_1, Period.DAY, "2026-03-01"),
        (Interval.HOUR_1, Period.DAY, "2024-12-31"),
        (Interval.HOUR_1, Period.DAY, "2025-01-01"),
        (Interval.MINUTE_1, Period.DAY, "2024-02-29"),
        (Interval.HOUR_12, Period.MONTH, "2024-02-01"),
        (Interval.WEEK_1, Period.MONTH, "2025-06-01"),
        (Interval.MONTH_1, Period.MONTH, "2025-06-01"),
    ],
)
async def test_a_file_has_every_candle_of_its_time_as_rest_has_it(
    simulator: SimulatedExchange, archive: Archive, interval: Interval, period: Period, start: str
) -> None:
    file = ArchiveFile("BTCUSDT", interval, period, ms(start))
    rows = await archive.rows(file)
    assert [row.open_time for row in rows] == list(open_times(interval, file.start, file.end - 1))
    rest = ExchangeRest(simulator.rest_url, timeout=10, budget=WeightBudget(100, ManualClock()))
    asked = {"symbol": "BTCUSDT", "interval": interval.value, "startTime": file.start, "limit": 1000}
    assert rows[:1000] == tuple(each_kline(await rest.get("/api/v3/klines", asked, weight=2)))[: len(rows)]


async def test_it_says_so_where_there_is_no_such_file(archive: Archive) -> None:
    with pytest.raises(ArchiveMissingError, match=r"the archive has no NOUSDT-1h-2026-03-01\.zip"):
        await archive.rows(ArchiveFile("NOUSDT", Interval.HOUR_1, Period.DAY, ms("2026-03-01")))


REFUSALS = {
    ArchiveFaultKind.TRUNCATED: "does not match its checksum",
    ArchiveFaultKind.WRONG_CHECKSUM: "does not match its checksum",
    ArchiveFaultKind.MISSING_CHECKSUM: "has no checksum",
    ArchiveFaultKind.EMPTY_ZIP: "holds nothing",
    ArchiveFaultKind.NOT_A_ZIP: "is no zip file",
    ArchiveFaultKind.SHORT_ROWS: "it has 7 columns, not 12",
    ArchiveFaultKind.TEXT_ROWS: "is not a finite number",
}


@rule("1.8.2")
@pytest.mark.parametrize(("kind", "reason"), REFUSALS.items())
async def test_it_refuses_a_file_that_can_not_be_trusted(
    simulator: SimulatedExchange, archive: Archive, kind: ArchiveFaultKind, reason: str
) -> None:
    simulator.archive.faults.inject(ArchiveFault(kind=kind, row=5))
    with pytest.raises(ArchiveRefusedError, match=reason):
        await archive.rows(DAY)
    simulator.archive.faults.end(kind)
    assert len(await archive.rows(DAY)) == 24


async def test_no_fault_of_the_archive_is_untold() -> None:
    elsewhere = {ArchiveFaultKind.MISSING, ArchiveFaultKind.HOLE}  # a 404, and what test_backfill.py tries
    assert set(ArchiveFaultKind) == REFUSALS.keys() | elsewhere


def names_in(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return [path.name for path in folder.iterdir()]


async def test_nothing_of_a_download_is_left_behind(
    simulator: SimulatedExchange, archive: Archive, tmp_path: Path
) -> None:
    await archive.rows(DAY)
    simulator.archive.faults.inject(ArchiveFault(kind=ArchiveFaultKind.TRUNCATED))
    with pytest.raises(ArchiveRefusedError):
        await archive.rows(DAY)
    assert names_in(tmp_path) == []


def answering(*parts: bytes, then: str = "close") -> Talk:
    """Return a server that answers everything so, and then closes, hangs or goes on for ever."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await reader.readuntil(b"\r\n\r\n")
            writer.writelines(parts)
            await writer.drain()
            while then != "close":
                if then == "flood":
                    writer.write(b"\0" * 100_000)
                    await writer.drain()
                await asyncio.sleep(0.005)

    return talk


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"


@pytest.mark.parametrize(
    ("talk", "error", "reason"),
    [
        (answering(HEAD, b"PK"), ArchiveUnavailableError, "ended early"),
        (answering(HEAD, b"PK", then="hang"), ArchiveUnavailableError, "can't be reached: TimeoutError"),
        (answering(HEAD, then="flood"), ArchiveRefusedError, "is larger than 500000 bytes"),
        (answering(), ArchiveUnavailableError, "ended early"),
        (answering(b"nonsense\r\n\r\n"), ArchiveUnavailableError, "ended early"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), ArchiveRefusedError, "is empty"),
        (answering(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), ArchiveUnavailableError, "answered HTTP 503"),
        (answering(b"HTTP/1.1 302 No\r\nLocation: http://x\r\n\r\n"), ArchiveUnavailableError, "answered HTTP 302"),
    ],
)
async def test_it_says_what_a_server_does_that_is_no_archive(
    tmp_path: Path, talk: Talk, error: type[Exception], reason: str
) -> None:
    async with raw_server(talk) as address, archive_at(f"http://{address}", tmp_path, seconds=0.5) as archive:
        with pytest.raises(error, match=reason):
            await archive.rows(DAY)


async def test_it_asks_no_more_after_failures_in_a_row(tmp_path: Path) -> None:
    asked: list[bool] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(True)
        await answering(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")(reader, writer)

    async with raw_server(refuse) as address, archive_at(f"http://{address}", tmp_path, attempts=2) as archive:
        for _ in range(4):
            with pytest.raises(ArchiveUnavailableError):
                await archive.rows(DAY)
    assert len(asked) == 2


@pytest.mark.usefixtures("dead_proxy")
async def test_it_asks_no_proxy_for_this_machine(simulator: SimulatedExchange, tmp_path: Path) -> None:
    async with archive_at(simulator.rest_url, tmp_path) as archive:
        assert len(await archive.rows(DAY)) == 24

"""The archive over HTTP: the candles of REST in zips with checksums, and whatever can be wrong with them."""

import asyncio
import csv
import hashlib
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from streaming.simulator.archive.archive import HEADER, Archive
from streaming.simulator.archive.faults import ArchiveFault, ArchiveFaultKind, ArchiveFaults
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Market
from streaming.simulator.server import SimulatedExchange
from tests.manual_clock import ManualClock
from tests.simulator.conftest import NOON, Get

DAILY = "/data/spot/daily/klines"
MONTHLY = "/data/spot/monthly/klines"
DAY = "BTCUSDT-1h-2026-11-17"
DAY_PATH = f"{DAILY}/BTCUSDT/1h/{DAY}.zip"


def unzipped(content: bytes) -> tuple[str, list[list[str]]]:
    """Return the name of the only file in a zip, and its rows."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [name] = archive.namelist()
        assert archive.testzip() is None
        return name, list(csv.reader(archive.read(name).decode().splitlines()))


async def rows_of(http: httpx2.AsyncClient, path: str) -> list[list[str]]:
    """Return the rows of a file without its header."""
    response = await http.get(path)
    assert response.status_code == 200
    name, rows = unzipped(response.content)
    assert name == path.rpartition("/")[2].replace(".zip", ".csv")
    return rows[1:] if rows[0][0] == "open_time" else rows


async def candles_of(get: Get, symbol: str, interval: str, start: int, end: int) -> list[list[Any]]:
    """Return what REST says of a span, from however many requests."""
    rows: list[list[Any]] = []
    while page := await get("klines", symbol=symbol, interval=interval, startTime=start, endTime=end - 1, limit=1000):
        rows += page
        start = page[-1][6] + 1
    return rows


def in_microseconds(rows: list[list[Any]]) -> list[list[str]]:
    return [[str(cell) for cell in (row[0] * 1000, *row[1:6], row[6] * 1000 + 999, *row[7:])] for row in rows]


def milliseconds(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp()) * 1000  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(("interval", "count"), [("1m", 1440), ("15m", 96), ("1h", 24), ("1d", 1)])
async def test_a_day_tells_the_same_as_rest(http: httpx2.AsyncClient, get: Get, interval: str, count: int) -> None:
    rows = await rows_of(http, f"{DAILY}/ETHUSDT/{interval}/ETHUSDT-{interval}-2026-11-17.zip")
    expected = await candles_of(get, "ETHUSDT", interval, milliseconds(2026, 11, 17), milliseconds(2026, 11, 18))
    assert len(rows) == count
    assert rows == in_microseconds(expected)
    assert {len(row) for row in rows} == {12}


@pytest.mark.parametrize("interval", ["4h", "3d", "1w", "1M"])
async def test_a_month_tells_the_same_as_rest(http: httpx2.AsyncClient, get: Get, interval: str) -> None:
    name = "1mo" if interval == "1M" else interval
    rows = await rows_of(http, f"{MONTHLY}/BTCUSDT/{name}/BTCUSDT-{name}-2026-10.zip")
    expected = await candles_of(get, "BTCUSDT", interval, milliseconds(2026, 10, 1), milliseconds(2026, 11, 1))
    assert rows == in_microseconds(expected)
    assert rows


async def test_its_times_are_in_microseconds_from_2025_on_and_in_milliseconds_before(http: httpx2.AsyncClient) -> None:
    [before] = await rows_of(http, f"{DAILY}/BTCUSDT/1d/BTCUSDT-1d-2024-12-31.zip")
    [after] = await rows_of(http, f"{DAILY}/BTCUSDT/1d/BTCUSDT-1d-2025-01-01.zip")
    assert (before[0], before[6]) == ("1735603200000", "1735689599999")
    assert (after[0], after[6]) == ("1735689600000000", "1735775999999999")


async def test_it_has_a_second_of_a_day_that_was_traded_live(
    exchange: SimulatedExchange, http: httpx2.AsyncClient, get: Get, clock: ManualClock
) -> None:
    midnight = NOON + 12 * 3600_000
    clock.advance((midnight - clock.now_ms()) / 1000 - 2)
    await exchange.tick()
    clock.advance(2)
    await exchange.tick()
    rows = await rows_of(http, f"{DAILY}/BTCUSDT/1s/BTCUSDT-1s-2026-11-18.zip")
    last = await get("klines", symbol="BTCUSDT", interval="1s", startTime=midnight - 2000, endTime=midnight - 1)
    assert len(rows) == 86_400
    assert rows[-2:] == in_microseconds(last)
    assert sum(int(row[8]) for row in rows[-2:]) > 0


async def test_its_checksum_is_the_sha256_of_the_file_and_its_name(http: httpx2.AsyncClient) -> None:
    content = (await http.get(DAY_PATH)).content
    checksum = await http.get(f"{DAY_PATH}.CHECKSUM")
    assert checksum.text == f"{hashlib.sha256(content).hexdigest()}  {DAY}.zip\n"


async def test_its_bytes_are_the_same_from_another_exchange_of_the_same_seed(http: httpx2.AsyncClient) -> None:
    market = Market(seed=7, start=NOON, instruments=INSTRUMENTS[:1])
    list(market.open_each())
    another = Archive(market, ManualClock(NOON), ArchiveFaults())
    assert (await another.answer(DAY_PATH)).body == (await http.get(DAY_PATH)).content


async def test_some_files_have_a_header(http: httpx2.AsyncClient) -> None:
    firsts = []
    for day in range(1, 10):
        _, rows = unzipped((await http.get(f"{DAILY}/BTCUSDT/1d/BTCUSDT-1d-2026-11-{day:02d}.zip")).content)
        firsts.append(",".join(rows[0]) if not rows[0][0].isdigit() else None)
    assert set(firsts) == {None, HEADER}


@pytest.mark.parametrize(
    "path",
    [
        f"{DAILY}/BTCUSDT/1h/BTCUSDT-1h-2026-11-18.zip",
        f"{DAILY}/BTCUSDT/1h/BTCUSDT-1h-2020-12-31.zip",
        f"{MONTHLY}/BTCUSDT/1h/BTCUSDT-1h-2026-11.zip",
        f"{MONTHLY}/BTCUSDT/1s/BTCUSDT-1s-2026-10.zip",
        f"{DAILY}/NOPEUSDT/1h/NOPEUSDT-1h-2026-11-17.zip",
        f"{DAILY}/LUNAUSDT/1h/LUNAUSDT-1h-2026-11-17.zip",
        f"{DAILY}/BTCUSDT/7m/BTCUSDT-7m-2026-11-17.zip",
        "/data/",
    ],
)
async def test_it_has_no_other_file(http: httpx2.AsyncClient, path: str) -> None:
    for suffix in ("", ".CHECKSUM"):
        response = await http.get(path + suffix)
        assert response.status_code == 404
        assert "NoSuchKey" in response.text


async def test_it_publishes_a_day_as_the_day_ends(
    exchange: SimulatedExchange, http: httpx2.AsyncClient, clock: ManualClock
) -> None:
    path = f"{DAILY}/BTCUSDT/1h/BTCUSDT-1h-2026-11-18.zip"
    assert (await http.get(path)).status_code == 404
    clock.advance(12 * 3600)
    await exchange.tick()
    assert len(await rows_of(http, path)) == 24


async def test_a_long_file_lets_others_have_their_turn(http: httpx2.AsyncClient, exchange: SimulatedExchange) -> None:
    turns = 0
    making = asyncio.create_task(http.get(f"{MONTHLY}/BTCUSDT/5m/BTCUSDT-5m-2026-09.zip"))
    while not making.done():
        await asyncio.sleep(0)
        turns += 1
    assert len(unzipped((await making).content)[1]) >= 30 * 288
    assert turns > 20


async def test_it_isnt_weighed_and_notes_what_was_asked_for(
    http: httpx2.AsyncClient, exchange: SimulatedExchange
) -> None:
    response = await http.get(DAY_PATH)
    assert not [name for name in response.headers if name.lower().startswith("x-mbx")]
    assert exchange.requests[-1] == DAY_PATH
    ping = await http.get("/api/v3/ping")
    assert ping.headers["X-MBX-USED-WEIGHT-1M"] == "1"


def fault(kind: ArchiveFaultKind, **details: Any) -> ArchiveFault:
    return ArchiveFault(kind=kind, files="BTCUSDT-1h-*", **details)


async def test_it_can_cut_a_file_short(http: httpx2.AsyncClient, exchange: SimulatedExchange) -> None:
    whole = (await http.get(DAY_PATH)).content
    exchange.archive.faults.inject(fault(ArchiveFaultKind.TRUNCATED))
    content = (await http.get(DAY_PATH)).content
    assert content == whole[: len(whole) * 2 // 3]
    assert not zipfile.is_zipfile(io.BytesIO(content))
    assert hashlib.sha256(whole).hexdigest() in (await http.get(f"{DAY_PATH}.CHECKSUM")).text


async def test_it_can_give_a_wrong_checksum_or_none_or_no_file_at_all(
    http: httpx2.AsyncClient, exchange: SimulatedExchange
) -> None:
    faults = exchange.archive.faults
    right = (await http.get(f"{DAY_PATH}.CHECKSUM")).text
    faults.inject(fault(ArchiveFaultKind.WRONG_CHECKSUM))
    wrong = (await http.get(f"{DAY_PATH}.CHECKSUM")).text
    assert wrong != right
    assert wrong[64:] == right[64:]
    faults.inject(fault(ArchiveFaultKind.MISSING_CHECKSUM))
    assert (await http.get(f"{DAY_PATH}.CHECKSUM")).status_code == 404
    assert (await http.get(DAY_PATH)).status_code == 200
    faults.inject(fault(ArchiveFaultKind.MISSING))
    assert (await http.get(DAY_PATH)).status_code == 404
    for each in faults.active:
        faults.end(each.kind)
    assert faults.active == ()
    assert (await http.get(f"{DAY_PATH}.CHECKSUM")).text == right


@pytest.mark.parametrize("kind", [ArchiveFaultKind.EMPTY_ZIP, ArchiveFaultKind.NOT_A_ZIP])
async def test_it_can_give_something_else_with_a_fitting_checksum(
    http: httpx2.AsyncClient, exchange: SimulatedExchange, kind: ArchiveFaultKind
) -> None:
    exchange.archive.faults.inject(fault(kind))
    content = (await http.get(DAY_PATH)).content
    assert hashlib.sha256(content).hexdigest() in (await http.get(f"{DAY_PATH}.CHECKSUM")).text
    assert zipfile.is_zipfile(io.BytesIO(content)) == (kind is ArchiveFaultKind.EMPTY_ZIP)
    if kind is ArchiveFaultKind.EMPTY_ZIP:
        assert zipfile.ZipFile(io.BytesIO(content)).namelist() == []


async def test_it_can_damage_rows(http: httpx2.AsyncClient, exchange: SimulatedExchange) -> None:
    whole = await rows_of(http, DAY_PATH)
    faults = exchange.archive.faults
    faults.inject(fault(ArchiveFaultKind.HOLE, row=3, rows=5))
    assert await rows_of(http, DAY_PATH) == whole[:3] + whole[8:]
    faults.end(ArchiveFaultKind.HOLE)
    faults.inject(fault(ArchiveFaultKind.SHORT_ROWS, row=3))
    faults.inject(fault(ArchiveFaultKind.TEXT_ROWS, row=6, rows=2))
    rows = await rows_of(http, DAY_PATH)
    assert rows[3] == whole[3][:7]
    assert rows[6][1:5] == ["n/a"] * 4
    assert [row for number, row in enumerate(rows) if number not in (3, 6, 7)] == [
        row for number, row in enumerate(whole) if number not in (3, 6, 7)
    ]


async def test_a_fault_has_to_do_with_the_files_of_its_pattern_only(
    http: httpx2.AsyncClient, exchange: SimulatedExchange
) -> None:
    exchange.archive.faults.inject(ArchiveFault(kind=ArchiveFaultKind.MISSING, files=DAY))
    assert (await http.get(DAY_PATH)).status_code == 404
    assert (await http.get(DAY_PATH.replace("11-17", "11-16"))).status_code == 200
    assert (await http.get(DAY_PATH.replace("1h", "4h"))).status_code == 200

"""Which files the archive has, what is in them, and when they are published."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.archive.file_names import ArchiveFile, archive_file
from streaming.simulator.candles.candles import DAY, INTERVALS, next_open_time


def milliseconds(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp()) * 1000  # type: ignore[misc, arg-type]


def file_of(period: str, interval: str, date: str, symbol: str = "BTCUSDT") -> ArchiveFile:
    asked = archive_file(f"/data/spot/{period}/klines/{symbol}/{interval}/{symbol}-{interval}-{date}.zip")
    assert asked is not None
    file, checksum = asked
    assert not checksum
    return file


def test_it_knows_a_day_and_its_checksum() -> None:
    path = "/data/spot/daily/klines/BTCUSDT/15m/BTCUSDT-15m-2026-02-28.zip"
    day = ArchiveFile(
        name="BTCUSDT-15m-2026-02-28", symbol="BTCUSDT", interval="15m",
        start=milliseconds(2026, 2, 28), end=milliseconds(2026, 3, 1),
    )  # fmt: skip
    assert archive_file(path) == (day, False)
    assert archive_file(f"{path}.CHECKSUM") == (day, True)
    assert day.published_at == day.end
    assert len(day.open_times()) == 96


def test_it_calls_a_month_1mo() -> None:
    month = file_of("monthly", "1mo", "2025-12")
    assert (month.interval, month.name) == ("1M", "BTCUSDT-1mo-2025-12")
    assert month.open_times() == [milliseconds(2025, 12, 1)]
    assert archive_file("/data/spot/monthly/klines/BTCUSDT/1M/BTCUSDT-1M-2025-12.zip") is None


@pytest.mark.parametrize(
    ("month", "interval", "published"),
    [
        ("2026-10", "1h", (2026, 11, 2)),
        ("2026-11", "1h", (2026, 12, 7)),
        ("2026-05", "1h", (2026, 6, 1)),
        ("2025-12", "1m", (2026, 1, 5)),
        ("2026-06", "1w", (2026, 7, 6)),
        ("2026-05", "3d", (2026, 6, 3)),
    ],
)
def test_it_publishes_a_month_on_the_monday_after_and_only_with_closed_candles(
    month: str, interval: str, published: tuple[int, int, int]
) -> None:
    assert file_of("monthly", interval, month).published_at == milliseconds(*published)


@pytest.mark.parametrize("interval", [interval for interval in INTERVALS if interval != "1s"])
def test_its_months_hold_every_candle_once(interval: str) -> None:
    name = "1mo" if interval == "1M" else interval
    months = [file_of("monthly", name, f"2026-{month:02d}") for month in range(1, 13)]
    times = [time for month in months for time in month.open_times()]
    assert all(later == next_open_time(interval, earlier) for earlier, later in pairwise(times))
    assert times[0] < milliseconds(2026, 1, 1) + 7 * DAY


@pytest.mark.parametrize(
    "path",
    [
        "/data/",
        "/data/spot/daily/klines/BTCUSDT/1m/",
        "/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-02-29.zip",
        "/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-02.zip",
        "/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-2-01.zip",
        "/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-5m-2026-02-01.zip",
        "/data/spot/daily/klines/BTCUSDT/1m/ETHUSDT-1m-2026-02-01.zip",
        "/data/spot/daily/klines/BTCUSDT/7m/BTCUSDT-7m-2026-02-01.zip",
        "/data/spot/daily/klines/BTCUSDT/3d/BTCUSDT-3d-2026-02-01.zip",
        "/data/spot/daily/klines/BTCUSDT/1w/BTCUSDT-1w-2026-02-01.zip",
        "/data/spot/daily/klines/BTCUSDT/1mo/BTCUSDT-1mo-2026-02-01.zip",
        "/data/spot/monthly/klines/BTCUSDT/1s/BTCUSDT-1s-2026-02.zip",
        "/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2026-02-01.zip",
        "/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-0000-02.zip",
        "/data/spot/monthly/trades/BTCUSDT/BTCUSDT-trades-2026-02.zip",
        "/data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-02-01.zip",
        "/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-02-01.csv",
    ],
)
def test_it_knows_no_other_file(path: str) -> None:
    assert archive_file(path) is None


@given(st.from_regex(r"/data/spot/(daily|monthly)/klines/A/(1m|1mo)/A-(1m|1mo)-[0-9-]{0,12}\.zip", fullmatch=True))
def test_it_takes_any_date(path: str) -> None:
    asked = archive_file(path)
    assert asked is None or asked[0].start < asked[0].end <= asked[0].published_at

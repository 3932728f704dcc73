"""Files of the archive, read or refused."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval
from streaming.market.backfill.archive_files import ArchiveFile, Period
from streaming.market.backfill.archive_rows import checksum_of, rows_of
from streaming.market.backfill.errors import ArchiveRefusedError
from streaming.market.sources.answers import KlineRow
from tests.exchange_rules.rules import rule
from tests.market.backfill.conftest import NOW, ms

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "market-samples" / "csv_klines.jsonl"
FILE = ArchiveFile("BTCUSDT", Interval.HOUR_1, Period.DAY, ms("2024-12-31"))
HEADER = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore"
)


def line(hour: int, *, file: ArchiveFile = FILE, scale: int = 1) -> str:
    """Return the line of one hour of a file; with a `scale` of 1000 its times are in microseconds."""
    opens = (file.start + hour * 3_600_000) * scale
    closes = (file.start + (hour + 1) * 3_600_000) * scale - 1
    return f"{opens},4.15,4.16,4.14,4.155,539.23,{closes},2240.39,13,401.8,1669.9,0"


def zipped(*lines: str, name: str = f"{FILE.name}.csv") -> bytes:
    """Return a zip of one CSV file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "".join(f"{one}\n" for one in lines))
    return buffer.getvalue()


def read(content: bytes, file: ArchiveFile = FILE) -> tuple[KlineRow, ...]:
    """Return the candles of a file."""
    return rows_of(io.BytesIO(content), file, maximum_bytes=100_000, now_ms=NOW)


def test_it_reads_every_row_with_all_digits() -> None:
    rows = read(zipped(*map(line, range(24))))
    assert [row.open_time for row in rows] == [FILE.start + hour * 3_600_000 for hour in range(24)]
    assert (str(rows[0].close), str(rows[0].quote_volume), rows[0].trades) == ("4.155", "2240.39", 13)


@rule("1.8.4")
def test_a_header_is_passed_over() -> None:
    assert read(zipped(HEADER, line(0))) == read(zipped(line(0)))


@rule("1.8.3")
def test_micro_and_milliseconds_are_told_apart_by_their_size_not_by_the_files_date() -> None:
    assert read(zipped(line(0, scale=1000), line(1), line(2, scale=1000))) == read(zipped(*map(line, range(3))))
    after = ArchiveFile("BTCUSDT", Interval.HOUR_1, Period.DAY, ms("2025-01-01"))
    name = f"{after.name}.csv"
    in_ms, in_us = (zipped(line(0, file=after, scale=scale), name=name) for scale in (1, 1000))
    assert read(in_ms, after) == read(in_us, after)


def test_holes_are_left_to_whoever_looks_for_them() -> None:
    assert len(read(zipped(line(0), line(23)))) == 2


@pytest.mark.skipif(not SAMPLES.is_file(), reason="no recorded rows beside the checkout")
def test_it_reads_the_recorded_rows() -> None:
    for text in SAMPLES.read_text(encoding="utf-8").splitlines():
        case = json.loads(text)
        interval = Interval.SECOND_1 if "1s" in case["note"] else Interval.HOUR_1
        file = ArchiveFile("X", interval, Period.DAY, ms("2025-01-01"))
        (row,) = read(zipped(case["raw"], name=f"{file.name}.csv"), file)
        expected = case["expect"]
        assert (row.open_time, row.close_time, row.trades) == (
            expected["open_time_ms"], expected["close_time_ms"], expected["trades"],
        )  # fmt: skip
        for key in ("open", "high", "low", "close", "volume", "quote_volume"):
            assert str(getattr(row, key)) == expected[key]


ODD_LINES = {
    "short": ",".join(line(1).split(",")[:7]),
    "long": f"{line(1)},7",
    "text": line(1).replace("4.15,", "n/a,"),
    "not a number": line(1).replace("4.15,", "NaN,"),
    "empty": "",
    "a header in the middle": HEADER,
    "the day before": line(-1),
    "the day after": line(24),
    "off the grid": line(1).replace("000,4.15,", "001,4.15,"),
    "twice": line(0),
    "high below low": line(1).replace(",4.16,4.14,", ",4.14,4.16,"),
    "negative volume": line(1).replace("539.23", "-539.23"),
    "closes before it opens": line(1).replace(line(1).split(",")[6], "5"),
    "seconds": line(1).replace("000,4.15,", ",4.15,"),
    "nothing but a NUL": "\x00",
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD_LINES.values(), ids=ODD_LINES.keys())
def test_one_odd_row_refuses_the_whole_file(odd: str) -> None:
    with pytest.raises(ArchiveRefusedError, match=rf"line 2 of {FILE.name}\.csv"):
        read(zipped(line(0), odd, line(2)))


def test_rows_out_of_order_refuse_it() -> None:
    with pytest.raises(ArchiveRefusedError, match="does not follow"):
        read(zipped(line(1), line(0)))


def test_a_candle_that_has_not_closed_refuses_it() -> None:
    today = ArchiveFile("BTCUSDT", Interval.HOUR_1, Period.DAY, ms("2026-03-10"))
    with pytest.raises(ArchiveRefusedError, match="it has not closed yet"):
        read(zipped(line(12, file=today), name=f"{today.name}.csv"), today)


def two_members() -> bytes:
    """Return a zip of two files."""
    buffer = io.BytesIO(zipped(line(0)))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("more.csv", "")
    return buffer.getvalue()


def damaged_lzma() -> bytes:
    """Return a zip that is packed as LZMA, with a byte turned around in its midst."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(f"{FILE.name}.csv", "".join(f"{line(hour)}\n" for hour in range(24)))
    content = bytearray(buffer.getvalue())
    content[len(content) // 2] ^= 0xFF
    return bytes(content)


WHOLE = zipped(*map(line, range(24)))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no zip file"),
        (b"<html>Try again later</html>", "is no zip file"),
        (WHOLE[: len(WHOLE) * 2 // 3], "is no zip file"),
        (WHOLE[:60] + b"\x00" * 20 + WHOLE[80:], "is no zip file"),
        (damaged_lzma(), "is no zip file"),
        (zipped(), "holds no candles"),
        (zipped(HEADER), "holds no candles"),
        (zipped(line(0), name="ETHUSDT-1h-2024-12-31.csv"), r"zip holds ETHUSDT-1h-2024-12-31\.csv"),
        (two_members(), r"zip holds BTCUSDT-1h-2024-12-31\.csv, more\.csv"),
        (zipped("0" * 200_000), "is larger than 100000 bytes"),
        (zipped("ä"), "is not plain text"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ArchiveRefusedError, match=reason):
        read(content)


@given(st.binary(max_size=200), st.integers(0, len(WHOLE)))
def test_any_bytes_are_read_or_refused(junk: bytes, at: int) -> None:
    for content in (junk, WHOLE[:at] + junk + WHOLE[at + len(junk) :]):
        try:
            rows = read(content)
        except ArchiveRefusedError:
            continue
        assert all(FILE.start <= row.open_time < FILE.end for row in rows)


class TestChecksum:
    """The `.CHECKSUM` beside a file."""

    DIGITS = hashlib.sha256(b"x").hexdigest()

    @pytest.mark.parametrize("text", ["{}  {}.zip\n", "{} *{}.zip", "{}", "{}\n"])
    def test_it_is_read(self, text: str) -> None:
        assert checksum_of(text.format(self.DIGITS.upper(), FILE.name).encode(), FILE) == self.DIGITS

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"<html>", b"abc  BTCUSDT-1h-2024-12-31.zip", b"g" * 64])
    def test_what_is_none_is_refused(self, body: bytes) -> None:
        with pytest.raises(ArchiveRefusedError, match="can't be read"):
            checksum_of(body, FILE)

    def test_that_of_another_file_is_refused(self) -> None:
        with pytest.raises(ArchiveRefusedError, match=r"of another file: ETHUSDT\.zip"):
            checksum_of(f"{self.DIGITS}  ETHUSDT.zip".encode(), FILE)

"""From an archive file to its candles: all of them, or a clear refusal. Pure, but for reading the file it is given."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from streaming.market.backfill.archive_files import ArchiveFile
from streaming.market.backfill.errors import ArchiveRefusedError
from streaming.market.candles.checks import fault_of
from streaming.market.sources.answers import KlineRow
from streaming.market.sources.binance import rest_parser
from streaming.market.sources.errors import ParseError

_COLUMNS = 12
_CHECKSUM_DIGITS = 64
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
"""What `zipfile` raises for damaged, encrypted and oddly packed files."""


def checksum_of(body: bytes, file: ArchiveFile) -> str:
    """Return the SHA-256 in a `.CHECKSUM` file (`<digits>  <name>.zip`), in lower case."""
    words = body.decode("utf-8", errors="replace").split()
    digits = words[0].lower() if words else ""
    if len(digits) != _CHECKSUM_DIGITS or not set(digits) <= set("0123456789abcdef"):
        raise ArchiveRefusedError(f"the checksum of {file.name}.zip can't be read")
    if words[1:] not in ([], [f"{file.name}.zip"], [f"*{file.name}.zip"]):
        raise ArchiveRefusedError(f"the checksum of {file.name}.zip is of another file: {' '.join(words[1:])[:100]}")
    return digits


def rows_of(content: IO[bytes], file: ArchiveFile, *, maximum_bytes: int, now_ms: int) -> tuple[KlineRow, ...]:
    """Return the candles of a zip file, oldest first.

    Raise `ArchiveRefusedError` where it isn't a zip file, holds anything but the one CSV file that it should, more
    than `maximum_bytes` of it, no candle at all, or a row that can't be one of its candles.
    """
    text = _text_of(content, file, maximum_bytes)
    rows = tuple(_rows(text, file, now_ms))
    if not rows:
        raise ArchiveRefusedError(f"{file.name}.csv holds no candles")
    return rows


def _text_of(content: IO[bytes], file: ArchiveFile, maximum_bytes: int) -> str:
    try:
        with zipfile.ZipFile(content) as archive:
            names = archive.namelist()
            if names != [f"{file.name}.csv"]:
                raise ArchiveRefusedError(f"{file.name}.zip holds {', '.join(names)[:100] or 'nothing'}")
            with archive.open(names[0]) as member:
                data = member.read(maximum_bytes + 1)
    except _ZIP_FAULTS as error:
        raise ArchiveRefusedError(f"{file.name}.zip is no zip file that can be read: {error}") from None
    if len(data) > maximum_bytes:
        raise ArchiveRefusedError(f"{file.name}.csv is larger than {maximum_bytes} bytes")
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        raise ArchiveRefusedError(f"{file.name}.csv is not plain text") from None


def _rows(text: str, file: ArchiveFile, now_ms: int) -> Iterator[KlineRow]:
    before = file.start - 1
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = _row(line, is_first=number == 1)
        except ParseError as error:
            raise ArchiveRefusedError(f"line {number} of {file.name}.csv can't be read: {error}") from None
        if row is None:
            continue
        fault = _fault_of(row, before, file, now_ms)
        if fault is not None:
            raise ArchiveRefusedError(f"line {number} of {file.name}.csv can't be: {fault}")
        before = row.open_time
        yield row


def _row(line: str, *, is_first: bool) -> KlineRow | None:
    """Return the candle of a line; None for a header, which only the first line can be."""
    columns = line.count(",") + 1
    if columns != _COLUMNS:
        raise ParseError(f"it has {columns} columns, not {_COLUMNS}")
    row = rest_parser.parse_csv_kline(line)
    if row is None and not is_first:
        raise ParseError("it doesn't begin with a time")
    return row


def _fault_of(row: KlineRow, before: int, file: ArchiveFile, now_ms: int) -> str | None:
    if not file.start <= row.open_time < file.end:
        return f"{row.open_time} is not in its time"
    if row.open_time <= before:
        return f"{row.open_time} does not follow {before}"
    if row.close_time < row.open_time:
        return f"it closes at {row.close_time}, before it opens"
    return fault_of(row, file.interval, now_ms=now_ms)

"""The public archive: zips of closed candles, made when they are asked for, of the same candles as REST and streams.

As on the exchange, times are in microseconds from 2025-01-01 on and in milliseconds before, and some files have a
header row. The bytes of a file are the same each time. It is made in slices, so that the event loop isn't held.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from io import BytesIO
from time import perf_counter
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from streaming.clock import Clock
from streaming.simulator.archive.faults import ArchiveFaultKind, ArchiveFaults, FileFaults
from streaming.simulator.archive.file_names import ArchiveFile, archive_file
from streaming.simulator.candles.candles import next_open_time
from streaming.simulator.candles.days import FIRST_DAY
from streaming.simulator.market.market import Market, SymbolMarket
from streaming.simulator.rest.answer_rows import kline_row
from streaming.simulator.rest.api import Answer

PREFIX = "/data/"
MICROSECONDS_FROM = 1_735_689_600_000  # 2025-01-01T00:00:00Z
HEADER = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
    "taker_buy_volume,taker_buy_quote_volume,ignore"
)  # fmt: skip
_LONGEST_WORK = 0.005  # seconds of rows before others have their turn
_KEPT_FILES = 8
_UNIX = 3
_OLDEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_NO_SUCH_KEY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b"<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
)


class Archive:
    """Answers requests for files, at the time of a clock; `faults` may be added and ended at any time."""

    def __init__(self, market: Market, clock: Clock, faults: ArchiveFaults) -> None:
        self.faults = faults
        self._market = market
        self._clock = clock
        self._kept: OrderedDict[tuple[str, FileFaults], bytes] = OrderedDict()
        self._making = asyncio.Lock()

    async def answer(self, path: str) -> Answer:
        """Answer a GET of `path`, decoded: a zip, its checksum, or 404 where there is no such file (yet)."""
        asked = archive_file(path)
        if asked is None:
            return _not_found()
        file, checksum = asked
        faults = self.faults.of(file.name)
        symbol = self._market.symbols.get(file.symbol)
        if symbol is None or not self._is_published(file) or _is_missing(faults, checksum=checksum):
            return _not_found()
        content = faults.replaced(await self._file(file, symbol, faults))
        if checksum:
            return _ok(_checksum(file, content, faults), "binary/octet-stream")
        return _ok(faults.sent(content), "application/zip")

    def _is_published(self, file: ArchiveFile) -> bool:
        return file.start >= FIRST_DAY and file.published_at <= self._clock.now_ms()

    async def _file(self, file: ArchiveFile, symbol: SymbolMarket, faults: FileFaults) -> bytes:
        """Return a zip, made only once for all who want it now."""
        key = (file.name, faults)
        async with self._making:
            if key not in self._kept:
                self._kept[key] = await _zipped(file, symbol, faults)
                if len(self._kept) > _KEPT_FILES:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]


async def _zipped(file: ArchiveFile, symbol: SymbolMarket, faults: FileFaults) -> bytes:
    buffer = BytesIO()
    member = ZipInfo(f"{file.name}.csv", _OLDEST_ZIP_DATE)
    member.compress_type = ZIP_DEFLATED
    member.create_system = _UNIX
    with ZipFile(buffer, "w") as archive, archive.open(member, "w") as csv:
        if file.has_header:
            csv.write(f"{HEADER}\n".encode())
        began = perf_counter()
        for line in _lines(file, symbol, faults):
            csv.write(line)
            if perf_counter() - began > _LONGEST_WORK:
                await asyncio.sleep(0)
                began = perf_counter()
    return buffer.getvalue()


def _lines(file: ArchiveFile, symbol: SymbolMarket, faults: FileFaults) -> Iterator[bytes]:
    scale = 1000 if file.start >= MICROSECONDS_FROM else 1
    for number, time in enumerate(file.open_times()):
        candle = symbol.candles.row(file.interval, time)
        ends = next_open_time(file.interval, time)
        row = faults.row(number, kline_row(symbol.instrument, candle, ends, scale))
        if row is not None:
            yield f"{','.join(map(str, row))}\n".encode()


def _checksum(file: ArchiveFile, content: bytes, faults: FileFaults) -> bytes:
    if ArchiveFaultKind.WRONG_CHECKSUM in faults:
        content = content[::-1]
    return f"{hashlib.sha256(content).hexdigest()}  {file.name}.zip\n".encode()


def _is_missing(faults: FileFaults, *, checksum: bool) -> bool:
    return ArchiveFaultKind.MISSING in faults or (checksum and ArchiveFaultKind.MISSING_CHECKSUM in faults)


def _ok(body: bytes, content_type: str) -> Answer:
    return Answer(status=200, body=body, headers={"Content-Type": content_type})


def _not_found() -> Answer:
    return Answer(status=404, body=_NO_SUCH_KEY, headers={"Content-Type": "application/xml"})

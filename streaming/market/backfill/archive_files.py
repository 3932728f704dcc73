"""The files of the exchange's public archive: one for each series and day or month. Pure.

Source: https://github.com/binance/binance-public-data (its README tells paths, names and when files appear).
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from urllib.parse import quote

import msgspec

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from streaming.market.candle_ranges import CandleRange, candles_between

_DAY_MS = 86_400_000
_TRUSTED_AFTER_MS = 2 * _DAY_MS
"""How long after its day a file is surely there, and whole; freqtrade waits as long."""
_LONG_INTERVALS = {Interval.DAY_3, Interval.WEEK_1, Interval.MONTH_1}
_MONTH_NAME = "1mo"
"""How the archive spells the interval `1M`, for the sake of file systems that don't tell capitals apart."""


class Period(Enum):
    """How much time a file has."""

    DAY = "daily"
    MONTH = "monthly"

    @property
    def interval(self) -> Interval:
        """The candle interval that begins and ends as the period does."""
        return Interval.DAY_1 if self is Period.DAY else Interval.MONTH_1


class ArchiveFile(msgspec.Struct, frozen=True, order=False):
    """One file of the archive; `start` is the first ms of its day or month, in UTC."""

    symbol: str
    interval: Interval
    period: Period
    start: int

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        day = datetime.fromtimestamp(self.start // 1000, UTC)
        date = day.strftime("%Y-%m-%d" if self.period is Period.DAY else "%Y-%m")
        return f"{self.symbol}-{self._interval_name}-{date}"

    @property
    def path(self) -> str:
        """The path of its zip file under the archive's base address, ready for a URL."""
        folder = f"/data/spot/{self.period.value}/klines/{self.symbol}/{self._interval_name}"
        return quote(f"{folder}/{self.name}.zip")

    @property
    def candles(self) -> CandleRange | None:
        """The candles that open in its time; None where none does."""
        return candles_between(self.interval, self.start, self.end - 1)

    @property
    def end(self) -> int:
        """The first ms after its time."""
        return next_open_time(self.period.interval, self.start)

    def is_published(self, now_ms: int) -> bool:
        """Return whether the file is surely there: daily ones come the next day, monthly ones on the first Monday."""
        if self.period is Period.DAY:
            return self.end + _TRUSTED_AFTER_MS <= now_ms
        monday = open_time_at(Interval.WEEK_1, self.end + 6 * _DAY_MS)
        return monday + _TRUSTED_AFTER_MS <= now_ms

    @property
    def _interval_name(self) -> str:
        return _MONTH_NAME if self.interval is Interval.MONTH_1 else self.interval.value


def has_files(interval: Interval, period: Period) -> bool:
    """Return whether candles of `interval` are taken from files of `period`.

    The archive has no daily files of candles longer than a day. A month of 1s is too much for one go, so that they
    come by the day.
    """
    if period is Period.DAY:
        return interval not in _LONG_INTERVALS
    return interval is not Interval.SECOND_1


def by_period(interval: Interval, ranges: Iterable[CandleRange], period: Period) -> dict[int, list[CandleRange]]:
    """Return `ranges` cut where days or months begin, by the beginning of that in which they open."""
    cut: dict[int, list[CandleRange]] = {}
    for candles in ranges:
        start = candles.start
        while start <= candles.end:
            begin = open_time_at(period.interval, start)
            last = open_time_at(interval, next_open_time(period.interval, begin) - 1)
            end = min(candles.end, last)
            cut.setdefault(begin, []).append(CandleRange(start, end))
            start = next_open_time(interval, end)
    return cut

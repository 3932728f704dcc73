"""The files of the public archive: their names, the candles that each holds, and when it is published. Pure.

Paths are those of `data.binance.vision`: `/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip`, monthly ones
with `2026-01`; beside each lies a `.CHECKSUM`. The interval `1M` is `1mo` in names.
"""

import re
from datetime import UTC, datetime

import msgspec

from streaming.simulator.candles.candles import DAY, INTERVALS, MONTH, SECOND, next_open_time, open_time_at

_PATH = re.compile(
    r"/data/spot/(?P<period>daily|monthly)/klines/(?P<symbol>[^/]+)/(?P<interval>[^/]+)"
    r"/(?P<name>(?P=symbol)-(?P=interval)-(?P<date>[0-9-]+))\.zip(?P<checksum>\.CHECKSUM)?"
)
_DATE_FORMS = {"daily": "%Y-%m-%d", "monthly": "%Y-%m"}
_DATE_LENGTHS = {"daily": 10, "monthly": 7}
_INTERVALS = {"1mo" if interval == MONTH else interval: interval for interval in INTERVALS}
_LONGER_THAN_A_DAY = ("3d", "1w", MONTH)
_HEADED_SHARE = 3  # one file of so many has a header row


class ArchiveFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file `name` (without `.zip`): candles of `interval` that open from `start` up to `end` (exclusive), in ms."""

    name: str
    symbol: str
    interval: str
    start: int
    end: int

    def open_times(self) -> list[int]:
        """Return the open times of its candles, oldest first."""
        first = open_time_at(self.interval, self.start)
        time = first if first == self.start else next_open_time(self.interval, first)
        times = []
        while time < self.end:
            times.append(time)
            time = next_open_time(self.interval, time)
        return times

    @property
    def published_at(self) -> int:
        """When it is published: a day's as the day ends, a month's on the Monday after, when all candles are closed."""
        if self.end - self.start == DAY:
            return self.end
        monday = open_time_at("1w", self.end - 1) + 7 * DAY
        last = open_time_at(self.interval, self.end - 1)
        return max(monday, next_open_time(self.interval, last))

    @property
    def has_header(self) -> bool:
        """Whether its first row has the names of the columns: so it is with some of the exchange's files."""
        return sum(self.name.encode()) % _HEADED_SHARE == 0


def archive_file(path: str) -> tuple[ArchiveFile, bool] | None:
    """Return the file that a path names, and whether it asks for its checksum; None where there can't be one.

    Daily files have intervals up to `1d`. There are no monthly ones of `1s`: they would have millions of rows.
    """
    match = _PATH.fullmatch(path)
    if match is None or match["interval"] not in _INTERVALS:
        return None
    interval, daily = _INTERVALS[match["interval"]], match["period"] == "daily"
    start = _start(match["period"], match["date"])
    if start is None or (interval in _LONGER_THAN_A_DAY if daily else interval == "1s"):
        return None
    end = start + DAY if daily else next_open_time(MONTH, start)
    file = ArchiveFile(name=match["name"], symbol=match["symbol"], interval=interval, start=start, end=end)
    return file, match["checksum"] is not None


def _start(period: str, date: str) -> int | None:
    if len(date) != _DATE_LENGTHS[period]:
        return None
    try:
        day = datetime.strptime(date, _DATE_FORMS[period]).replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(day.timestamp()) * SECOND

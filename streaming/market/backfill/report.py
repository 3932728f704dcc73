"""What a backfill tells while it runs and when it has ended."""

from typing import Protocol

import msgspec

from streaming.events import Interval
from streaming.market.candle_ranges import CandleRange


class SeriesReport(msgspec.Struct, frozen=True, kw_only=True):
    """How far one series is; counts are of candles.

    Of `wanted`, `done` have had their turn: `from_archive` and `from_rest` were received, `added` of them were new and
    `changed` differed from what was stored. At the end, `absent` are missing because the exchange doesn't have them,
    and `unfilled` for another reason, which a note told.
    """

    symbol: str
    interval: Interval
    wanted: int = 0
    done: int = 0
    from_archive: int = 0
    from_rest: int = 0
    added: int = 0
    changed: int = 0
    absent: tuple[CandleRange, ...] = ()
    unfilled: tuple[CandleRange, ...] = ()
    ended: bool = False

    @property
    def name(self) -> str:
        """The series' name, for people."""
        return f"{self.symbol} {self.interval.value}"


class Listener(Protocol):
    """Whoever shows people what happens."""

    def progress(self, report: SeriesReport) -> None:
        """Take the newest state of a series."""
        ...

    def note(self, report: SeriesReport, text: str) -> None:
        """Take something out of the ordinary, in words."""
        ...

"""How a backfill shows itself: bars on a terminal, plain lines elsewhere, and a summary."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from streaming.clock import Clock
from streaming.market.backfill.report import SeriesReport
from streaming.market.backfill.request import moment
from streaming.market.candle_ranges import CandleRange, candle_count

_MOST_RANGES = 10
Say = Callable[[str], None]


class RateColumn(ProgressColumn):
    """How many candles a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, a dash before there is one."""
        speed = task.finished_speed or task.speed
        return Text("-" if speed is None else f"{speed:,.0f}/s")


class BarDisplay:
    """A bar for each series: candles, rate and the time that is left."""

    def __init__(self, output: TextIO, *, colours: bool) -> None:
        console = Console(file=output, no_color=not colours, highlight=False)
        self.reports: dict[str, SeriesReport] = {}
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def shown(self) -> AbstractContextManager[object]:
        """Show the bars within a `with`."""
        return self._bars

    def progress(self, report: SeriesReport) -> None:
        """Move a series' bar."""
        self.reports[report.name] = report
        if report.name not in self._tasks:
            self._tasks[report.name] = self._bars.add_task(escape(report.name))
        self._bars.update(self._tasks[report.name], completed=report.done, total=report.wanted)

    def note(self, report: SeriesReport, text: str) -> None:
        """Print a line above the bars."""
        self._bars.console.print(f"{report.name}: {text}", markup=False)


class LineDisplay:
    """A line when a series begins and ends, and every `interval` seconds between."""

    def __init__(self, say: Say, clock: Clock, *, interval: float) -> None:
        self.reports: dict[str, SeriesReport] = {}
        self._say = say
        self._clock = clock
        self._interval = interval
        self._began: dict[str, float] = {}
        self._told_at = 0.0

    def shown(self) -> AbstractContextManager[object]:
        """Show lines within a `with`, as without it."""
        return nullcontext()

    def progress(self, report: SeriesReport) -> None:
        """Print how far a series is, where it is time."""
        now = self._clock.monotonic()
        is_new = report.name not in self.reports
        self.reports[report.name] = report
        if is_new:
            self._began[report.name] = self._told_at = now
            self._say(f"{report.name}: {report.wanted:,} candles to fetch")
        elif report.wanted and not report.ended and self._is_time(report, now):
            self._told_at = now
            self._say(f"{report.name}: {report.done:,} of {report.wanted:,}{self._pace(report, now)}")

    def note(self, report: SeriesReport, text: str) -> None:
        """Print a line."""
        self._say(f"{report.name}: {text}")

    def _is_time(self, report: SeriesReport, now: float) -> bool:
        return now - self._told_at >= self._interval or report.done == report.wanted

    def _pace(self, report: SeriesReport, now: float) -> str:
        seconds = now - self._began[report.name]
        rate = report.done / seconds if seconds > 0 else 0.0
        if not rate:
            return ""
        left = (report.wanted - report.done) / rate
        return f", {rate:,.0f}/s" + (f", {left:,.0f} s left" if left >= 1 else "")


Display = BarDisplay | LineDisplay


def summary(reports: Iterable[SeriesReport]) -> list[str]:
    """Return what came of each series, line by line."""
    lines: list[str] = []
    for report in reports:
        lines.append(f"{report.name}: {_counts(report)}")
        lines += gap_lines(report)
    return lines


def _counts(report: SeriesReport) -> str:
    if report.ended and not report.wanted:
        return "nothing to fetch"
    received = [f"{report.from_archive:,} from the archive"] if report.from_archive else []
    received += [f"{report.from_rest:,} by REST"] if report.from_rest else []
    origin = f" ({', '.join(received)})" if received else ""
    return f"{report.added:,} candles stored, {report.changed:,} changed{origin}"


def gap_lines(report: SeriesReport) -> list[str]:
    """Return a line for each stretch of candles that is missing, and why."""
    return [
        *_ranges(report, report.absent, "the exchange has no candles for"),
        *_ranges(report, report.unfilled, "missing:"),
    ]


def _ranges(report: SeriesReport, ranges: tuple[CandleRange, ...], what: str) -> list[str]:
    lines = [f"  {what} {_range(report, one)}" for one in ranges[:_MOST_RANGES]]
    if len(ranges) > _MOST_RANGES:
        lines.append(f"  … and {len(ranges) - _MOST_RANGES:,} more stretches")
    return lines


def _range(report: SeriesReport, candles: CandleRange) -> str:
    count = candle_count(report.interval, candles)
    if count == 1:
        return f"{moment(candles.start)} (1 candle)"
    return f"{moment(candles.start)} to {moment(candles.end)} ({count:,} candles)"

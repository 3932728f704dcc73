"""The bridge's streams as a table for operators: what is wrong first, sorted and filtered as asked. Pure."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from streaming.market.bridge.stream_reports import StreamReport

MOST_ROWS = 500
"""More rows than anybody reads; the filter finds the others."""


class StreamCondition(StrEnum):
    """How a stream is, in the words of the table; the worst first."""

    MISSING = "Not served"
    SILENT = "Silent"
    LIVE = "Live"
    UNREAD = "Kept, unread"

    @property
    def is_problem(self) -> bool:
        """True where somebody waits for what doesn't come."""
        return self in {StreamCondition.MISSING, StreamCondition.SILENT}


class Sort(StrEnum):
    """By what the table is sorted; ties by the stream's name. The most telling end of each comes first."""

    PROBLEMS = "problems"
    STREAM = "stream"
    LAST_EVENT = "last_event"
    LAG = "lag"
    GAPS = "gaps"


class StreamTable(msgspec.Struct, frozen=True, kw_only=True):
    """The rows that are shown, and of how many: `found` match the filter, of `total`; `problems` among all."""

    rows: tuple[StreamReport, ...]
    found: int
    total: int
    problems: int


def condition_of(report: StreamReport) -> StreamCondition:
    """Return how a stream is; one that nobody wants is never a problem."""
    if not report.wanted:
        return StreamCondition.UNREAD
    if not report.actual:
        return StreamCondition.MISSING
    return StreamCondition.SILENT if report.silent else StreamCondition.LIVE


def stream_table(
    streams: Sequence[StreamReport], *, text: str = "", sort: Sort = Sort.PROBLEMS, most: int = MOST_ROWS
) -> StreamTable:
    """Return at most `most` streams whose name holds all words of `text`, whatever their case."""
    words = text.lower().split()
    found = [report for report in streams if all(word in report.stream.lower() for word in words)]
    found.sort(key=lambda report: (_KEYS[sort](report), report.stream))
    return StreamTable(
        rows=tuple(found[:most]),
        found=len(found),
        total=len(streams),
        problems=sum(condition_of(report).is_problem for report in streams),
    )


_RANK = {condition: rank for rank, condition in enumerate(StreamCondition)}


def _longest_ago(report: StreamReport) -> int:
    """Those that have never said anything come first."""
    return -1 if report.last_event is None else report.last_event


def _latest(report: StreamReport) -> int:
    return 1 if report.lag_ms is None else -report.lag_ms


_KEYS: dict[Sort, Callable[[StreamReport], Any]] = {
    Sort.PROBLEMS: lambda report: _RANK[condition_of(report)],
    Sort.STREAM: lambda report: report.stream,
    Sort.LAST_EVENT: _longest_ago,
    Sort.LAG: _latest,
    Sort.GAPS: lambda report: -report.gaps,
}

"""What is fetched from where: archive files where they are there and worth it, REST for the rest. Pure.

An archive file is worth it where it replaces more than one page of REST: it costs two requests, one for its checksum.
"""

from collections.abc import Iterator, Sequence
from enum import Enum

import msgspec

from streaming.events import Interval
from streaming.market.backfill.archive_files import ArchiveFile, Period, by_period, has_files
from streaming.market.candle_ranges import CandleRange, candle_count, merged_ranges, ranges_without
from streaming.market.sources.source import ROWS_AT_ONCE


class CandleOrigin(Enum):
    """Where candles may come from."""

    AUTO = "auto"
    REST = "rest"
    ARCHIVE = "archive"


class ArchiveStep(msgspec.Struct, frozen=True):
    """Fetch one file, for the sake of `ranges` that lie in it."""

    file: ArchiveFile
    ranges: tuple[CandleRange, ...]


class RestStep(msgspec.Struct, frozen=True):
    """Fetch candles page by page."""

    ranges: tuple[CandleRange, ...]


Step = ArchiveStep | RestStep


def plan_of(
    missing: Sequence[CandleRange], *, symbol: str, interval: Interval, origin: CandleOrigin, now_ms: int
) -> list[Step]:
    """Return the steps that fetch each of `missing` once, oldest first.

    With `CandleOrigin.ARCHIVE` what no file has yet is left out.
    """
    wanted = merged_ranges(interval, missing)
    if origin is CandleOrigin.REST:
        return [RestStep((candles,)) for candles in wanted]
    steps: list[Step] = list(_from_archive(wanted, symbol, interval, origin, now_ms))
    if origin is CandleOrigin.AUTO:
        taken = sorted(candles for step in steps for candles in step.ranges)
        steps += [RestStep((candles,)) for candles in _left(interval, wanted, taken)]
    return sorted(steps, key=lambda step: step.ranges[0])


def _from_archive(
    wanted: Sequence[CandleRange], symbol: str, interval: Interval, origin: CandleOrigin, now_ms: int
) -> Iterator[ArchiveStep]:
    for month, parts in by_period(interval, wanted, Period.MONTH).items():
        file = ArchiveFile(symbol, interval, Period.MONTH, month)
        whole = parts == [file.candles] or not has_files(interval, Period.DAY)
        if whole and _is_worth_it(file, parts, origin, now_ms):
            yield ArchiveStep(file, tuple(parts))
            continue
        for day, in_day in by_period(interval, parts, Period.DAY).items():
            file = ArchiveFile(symbol, interval, Period.DAY, day)
            if _is_worth_it(file, in_day, origin, now_ms):
                yield ArchiveStep(file, tuple(in_day))


def _is_worth_it(file: ArchiveFile, ranges: Sequence[CandleRange], origin: CandleOrigin, now_ms: int) -> bool:
    if not (has_files(file.interval, file.period) and file.is_published(now_ms)):
        return False
    return origin is CandleOrigin.ARCHIVE or sum(pages_of(file.interval, candles) for candles in ranges) > 1


def pages_of(interval: Interval, candles: CandleRange) -> int:
    """Return how many pages of REST a range takes."""
    return -(-candle_count(interval, candles) // ROWS_AT_ONCE)


def _left(interval: Interval, wanted: Sequence[CandleRange], taken: Sequence[CandleRange]) -> list[CandleRange]:
    """Return what is left of `wanted` without `taken`; both ascend, and no range of `taken` spans two of `wanted`."""
    left = []
    remaining = iter([*taken, None])
    cut = next(remaining)
    for candles in wanted:
        inside = []
        while cut is not None and cut.start <= candles.end:
            inside.append(cut)
            cut = next(remaining)
        left += ranges_without(interval, [candles], inside)
    return left

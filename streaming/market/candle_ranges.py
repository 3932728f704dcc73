"""Ranges of candles, by the times at which they open, and what is missing of them. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at


class CandleRange(msgspec.Struct, frozen=True, order=True):
    """Candles that follow each other: when the first and the last of them, both included, open (ms since the epoch)."""

    start: int
    end: int


def candles_between(interval: Interval, start: int, end: int) -> CandleRange | None:
    """Return the candles that open between `start` and `end`, both included; None where there are none."""
    first = open_time_at(interval, start)
    if first < start:
        first = next_open_time(interval, first)
    last = open_time_at(interval, end)
    return CandleRange(first, last) if first <= last else None


def candle_count(interval: Interval, candles: CandleRange) -> int:
    """Return how many candles a range has."""
    if interval is Interval.MONTH_1:
        time, count = candles.start, 1
        while time < candles.end:
            time, count = next_open_time(interval, time), count + 1
        return count
    return (candles.end - candles.start) // (next_open_time(interval, candles.start) - candles.start) + 1


def last_candle_range(interval: Interval, end: int, count: int) -> CandleRange:
    """Return the last `count` candles (at least one) up to the one that opens at `end`."""
    if interval is not Interval.MONTH_1:
        return CandleRange(end - (count - 1) * (next_open_time(interval, end) - end), end)
    start = end
    for _ in range(count - 1):
        start = _before(interval, start) if start > 0 else start
    return CandleRange(start, end)


def missing_in_range(interval: Interval, within: CandleRange, open_times: Iterable[int]) -> list[CandleRange]:
    """Return what `within` holds beside the candles of `open_times`, which ascend and lie in it."""
    missing = []
    expected = within.start
    for time in open_times:
        if expected < time:
            missing.append(CandleRange(expected, _before(interval, time)))
        expected = next_open_time(interval, time)
    if expected <= within.end:
        missing.append(CandleRange(expected, within.end))
    return missing


def ranges_without(
    interval: Interval, ranges: Iterable[CandleRange], taken: Sequence[CandleRange]
) -> list[CandleRange]:
    """Return what is left of `ranges` when each of `taken` is cut out; both ascend, and `taken` may overlap."""
    left = []
    for candles in ranges:
        start = candles.start
        for cut in taken:
            if cut.end < start or candles.end < cut.start:
                continue
            if start < cut.start:
                left.append(CandleRange(start, _before(interval, cut.start)))
            start = next_open_time(interval, cut.end)
        if start <= candles.end:
            left.append(CandleRange(start, candles.end))
    return left


def merged_ranges(interval: Interval, ranges: Iterable[CandleRange]) -> list[CandleRange]:
    """Return the same candles in the fewest ranges, ascending."""
    result: list[CandleRange] = []
    for candles in sorted(ranges):
        if result and candles.start <= next_open_time(interval, result[-1].end):
            result[-1] = CandleRange(result[-1].start, max(result[-1].end, candles.end))
        else:
            result.append(candles)
    return result


def _before(interval: Interval, open_time: int) -> int:
    return open_time_at(interval, open_time - 1)
